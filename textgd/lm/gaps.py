"""What documents with gaps say, whatever stands in these: sums over all fillings, by several models at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.lm.forest import Forest
from textgd.lm.mixture import Mixture
from textgd.text.documents import TokenizedDocuments
from textgd.text.threads import run_in_threads

__all__ = ["BEAM", "FOLLOWED", "GapSums", "sum_over_gaps"]

#: So many partial fillings go on from a gap to the next that depends on it.
BEAM = 8
#: So many successors of each context of these are told apart.
FOLLOWED = 64

# A thread takes so many documents at a time.
_SHARD = 64


class GapSums(NamedTuple):
    """What models say of documents with gaps.

    Attributes
    ----------
    log_prob : float64 array of shape (n_documents, n_models)
        ln of the sum of P(document) over all fillings.
    doubtful : float64 array of shape (n_documents, n_models)
        Which share of each model's sum was not followed exactly, added up over the gaps.  Where it is 0, so is the
        error, but for rounding.
    """

    log_prob: NDArray[np.float64]
    doubtful: NDArray[np.float64]


def sum_over_gaps(
    mixture: Mixture, forest: Forest, documents: TokenizedDocuments, beam: int = BEAM, n_jobs: int | None = None
) -> GapSums:
    """Sum P(document) over all that may stand in the gaps of documents, by each of several models.

    Parameters
    ----------
    mixture : Mixture
        The models, of one vocabulary and order.
    forest : Forest
        The same models made for this, by `textgd.lm.forest.plant`.
    documents : TokenizedDocuments
        The number -1 is a gap, where one token stands: any term or ``<unk>``, never ``</s>``.
    beam : int
        How many partial fillings go on from a gap to the next that depends on it.
    n_jobs : int, optional
        Threads; the result does not depend on it.

    Notes
    -----
    The sum at a gap is over all tokens.  Only those are met one by one that some model knows behind the context or
    before the next token; all others have their own probability, times the backoff of the context, and the next token
    has its own, times theirs: their sum is a product of what was summed before (Katz 1987 on backing off).  So it is
    exact where gaps are ``order`` tokens apart or more.

    Of nearer gaps, the fillings of one are contexts of the next.  The `beam` best of them, by the mean over the models
    of their shares in the sum, go on; all others go on together, as if the text began behind the gap.  That is exact
    for those that no model knows before the token behind the gap, whose context is lost for the models, too.  And of
    a context's successors only the `FOLLOWED` most probable are told apart, where it has more; the others have what
    these leave, in proportion to their own probabilities.  `GapSums.doubtful` is the share of the sum of which this
    is not exact: the probability of the tokens up to the next gap by the fillings that were not kept, and of
    successors that were not told apart.  With a beam and a number to follow as large as the vocabulary, to the power
    of ``order - 1``, it is 0.

    Examples
    --------
    >>> from textgd.lm import NgramModel
    >>> from textgd.lm.forest import plant
    >>> model = NgramModel.fit([["to", "be", "or", "not", "to", "be"]] * 3, order=2)
    >>> to, be = model.read([["to", "be"]]).ids.tolist()
    >>> ids = np.array([to, -1, -1, -1, to, be], np.int32)
    >>> documents = TokenizedDocuments(ids, np.array([0, 6]), model.vocabulary)
    >>> sums = sum_over_gaps(Mixture((model,), 0.0), plant([model], FOLLOWED), documents)
    >>> bool(sums.log_prob[0, 0] > model.log_prob(["to", "be", "or", "not", "to", "be"]))
    True
    >>> sums.doubtful.round(9).tolist()  # the vocabulary is smaller than the beam
    [[0.0]]
    """
    from textgd.kernels.gap_sums import sum_documents

    def work(first: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        part = documents[first : first + _SHARD]
        found: tuple[NDArray[np.float64], NDArray[np.float64]] = sum_documents(
            part.ids, part.indptr, float(mixture.background), beam, forest
        )
        return found

    none = np.zeros((0, len(mixture.models)))
    parts = [(none, none), *run_in_threads(work, range(0, len(documents), _SHARD), n_jobs)]
    log_prob, doubtful = map(np.concatenate, zip(*parts, strict=True))
    return GapSums(log_prob, doubtful)
