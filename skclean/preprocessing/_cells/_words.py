"""Free text as numbers: which of the frequent words it holds, and where it lies among all texts."""

import re

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import normalize

__all__ = ["WordReader"]

_WORD = re.compile(r"[^\W\d_]{2,}")
MAX_WORDS = 1000  # of which the components are made
N_SHOWN = 30  # the most frequent words are columns of their own
N_COMPONENTS = 10
MAX_TEXTS = 20_000  # from which words and components are learned


class WordReader:
    """Turns texts into a few numbers: presence of the most frequent words, then components of all words.

    Parameters
    ----------
    texts : list of str
        Distinct texts to learn the words from.

    Attributes
    ----------
    covered : float
        Share of the texts that hold at least one of the words, in [0, 1].
    width : int
        Number of columns.
    """

    def __init__(self, texts):
        texts = sorted(texts)
        texts = texts[:: -(-len(texts) // MAX_TEXTS)]
        held = [_words(text) for text in texts]
        counts = {}
        for words in held:
            for word in words:
                counts[word] = counts.get(word, 0) + 1
        fewest = max(2, len(texts) // 200)
        frequent = [word for word, count in counts.items() if fewest <= count <= 0.95 * len(texts)]
        frequent = sorted(frequent, key=lambda word: (-counts[word], word))[:MAX_WORDS]
        self._position = {word: place for place, word in enumerate(frequent)}
        self._rarity = np.log(len(texts) / np.array([counts[word] for word in frequent])) if frequent else np.empty(0)
        self.covered = float(np.mean([not self._position.keys().isdisjoint(words) for words in held])) if held else 0.0
        self._svd = None
        n_components = min(N_COMPONENTS, len(frequent) - 1, len(texts) - 1)
        if len(frequent) > N_SHOWN and n_components > 0:
            svd = TruncatedSVD(n_components, random_state=0).set_output(transform="default")
            self._svd = svd.fit(self._weighted(self._presence(held)))
        self.width = min(len(frequent), N_SHOWN) + (0 if self._svd is None else n_components)

    def __call__(self, texts):
        """Numbers of each text: ndarray of shape (n_texts, width)."""
        presence = self._presence([_words(text) for text in texts])
        shown = presence[:, :N_SHOWN].toarray()
        if self._svd is None or not len(texts):
            return np.hstack([shown, np.zeros((len(texts), self.width - shown.shape[1]))])
        return np.hstack([shown, self._svd.transform(self._weighted(presence))])

    def _presence(self, held):
        places = [sorted(self._position[word] for word in words if word in self._position) for words in held]
        starts = np.cumsum([0, *map(len, places)])
        columns = np.fromiter((place for row in places for place in row), dtype=np.intp, count=starts[-1])
        return sparse.csr_array((np.ones(len(columns)), columns, starts), shape=(len(held), len(self._position)))

    def _weighted(self, presence):
        return normalize(presence.multiply(self._rarity[None, :]).tocsr())


def _words(text):
    return set(_WORD.findall(text.lower()))
