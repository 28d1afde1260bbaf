"""Fitted models to one file that holds no code, and back."""

from textgd.modelfile.files import SavedModel, load_model, model_size, save_model
from textgd.modelfile.notes import has_seen

__all__ = ["SavedModel", "has_seen", "load_model", "model_size", "save_model"]
