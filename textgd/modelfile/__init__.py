"""Fitted models to one file that holds no code, and back."""

from textgd.modelfile.files import SavedModel, load_model, model_size, save_model

__all__ = ["SavedModel", "load_model", "model_size", "save_model"]
