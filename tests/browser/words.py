"""What the buttons of a test are called in each language, and a picture to upload."""

from __future__ import annotations

import io
from typing import Final

WORDS: Final = {
    "en-GB": {
        "save": "Save",
        "more": "More",
        "list": "New list",
        "show": "Show checkboxes",
        "hide": "Hide checkboxes",
        "ticked": "1 ticked",
        "delete ticked": "Delete ticked items",
        "labels": "Labels…",
        "create": "Create",
        "rename": "Rename “{}”",
        "delete": "Delete “{}”",
        "delete label": "Delete the label",
        "merge": "Merge",
        "upload": "Upload",
        "delete picture": "Delete picture 1",
        "delete the picture": "Delete the picture",
        "archive": "Archive",
        "colour": "Colour",
        "red": "Red",
        "label": "Label",
        "add label": "Add the label",
        "undo": "Undo",
        "nothing": "No matching notes",
    },
    "ko-KR": {
        "save": "저장",
        "more": "더보기",
        "list": "새 목록",
        "show": "체크박스 표시",
        "hide": "체크박스 숨기기",
        "ticked": "완료된 항목 1개",
        "delete ticked": "완료된 항목 삭제",
        "labels": "라벨…",
        "create": "만들기",
        "rename": "‘{}’ 이름 변경",
        "delete": "‘{}’ 삭제",
        "delete label": "라벨 삭제",
        "merge": "합치기",
        "upload": "올리기",
        "delete picture": "사진 1 삭제",
        "delete the picture": "사진 삭제",
        "archive": "보관함",
        "colour": "색상",
        "red": "빨간색",
        "label": "라벨",
        "add label": "라벨 추가",
        "undo": "실행 취소",
        "nothing": "검색 결과가 없습니다",
    },
}


def png(width: int, height: int) -> bytes:
    """A picture of one colour, another one for each size."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (width, height), (width % 256, height % 256, 90)).save(file, "PNG")
    return file.getvalue()
