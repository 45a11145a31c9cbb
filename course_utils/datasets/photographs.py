"""Two photographs: a Chinese palace and a flower."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: How bright red, green and blue look: ITU-R Recommendation BT.601.
_BRIGHTNESS = np.array([0.299, 0.587, 0.114])


def photographs(grey: bool = False) -> NDArray[np.float32]:
    """Return two photographs of one size, a palace and a flower: palace, flower = photographs().

    Args:
        grey: False gives red, green and blue; True the brightness 0.299 R + 0.587 G + 0.114 B.

    Returns:
        float32 (2, 427, 640, 3) = (batch, height, width, channels), with grey=True
        (2, 427, 640); 0 is dark, 1 is bright.

    Source: china.jpg and flower.jpg of scikit-learn, photographs by danielbuechele
    (https://www.flickr.com/photos/danielbuechele/6061409035) and vultilion
    (https://www.flickr.com/photos/vultilion/6056698931), both CC BY 2.0. Nothing is downloaded.
    """
    from sklearn.datasets import load_sample_image

    images: list[Any] = [load_sample_image(f"{name}.jpg") for name in ("china", "flower")]
    colours = np.stack(images) / 255
    return (colours @ _BRIGHTNESS if grey else colours).astype(np.float32)
