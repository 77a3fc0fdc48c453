"""Alternative texts of images: which of them say something.

An alternative text stands for an image, not for a word of the sentence around it: it becomes a block of its
own. What editors write by default, and names of files, say nothing and are left out.
"""

import re

_DEFAULTS = frozenset(
    re.split(
        r"\s+",
        """图 图片 图像 图示 插图 配图 截图 照片 圖 圖片 圖像 圖示 插圖 截圖 画像
        图片描述 图片说明 在这里插入图片描述 这里写图片描述 请输入图片描述 输入图片说明
        alt alttext image img photo pic picture screenshot thumbnail untitled""",
    )
)
_DEFAULT = re.compile(r"(?P<word>.*?)[\W_\d]*", re.DOTALL)
_FILE_NAME = re.compile(
    r"\S*\.(?:png|jpe?g|gif|webp|svg|avif|bmp|tiff?|heic)|(?:img|dsc|dscn|pxl|screenshot|image)?[-_\d]{4,}",
    re.IGNORECASE,
)


def alt_text(written: str) -> str:
    """An alternative text on one line, "" if it says nothing."""
    text = " ".join(written.split())
    word = _DEFAULT.fullmatch(text.lower().replace(" ", ""))["word"]  # type: ignore[index]  # it always matches
    return "" if word in _DEFAULTS or _FILE_NAME.fullmatch(text) else text
