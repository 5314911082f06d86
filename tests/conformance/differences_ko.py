"""The differences in Korean, for the guide: by name, the Korean name and the reason."""

from __future__ import annotations

#: A test of the guide fails while an entry of `differences` has none here.
KOREAN: dict[str, tuple[str, str]] = {
    "readable JSON": (
        "읽을 수 있는 JSON",
        "JSON은 UTF-8입니다(RFC 8259, 8.1). 한국어가 그대로 읽히고 크기도 절반입니다. 키는 적은 순서대로"
        " 나가며, 디버그 모드에서도 달라지지 않습니다.",
    ),
    "SameSite cookies": (
        "SameSite 쿠키",
        "세션 쿠키는 따로 정하지 않는 한 SameSite=Lax입니다. Flask는 브라우저에 맡깁니다.",
    ),
    "path-only redirect": (
        "경로만 적는 리다이렉트",
        "빠진 슬래시는 경로로 고쳐 줍니다. 절대 URL을 쓰면 위조된 Host를 클라이언트에게 되풀이하게 됩니다.",
    ),
    "hooks run once": (
        "훅은 한 번만",
        "after 훅이 예외를 내면 Flask는 500 페이지를 두고 모든 after 훅을 다시 실행합니다. 여기에서는 한"
        " 요청에서 어떤 훅도 두 번 실행하지 않습니다. 수를 세거나 기록하거나 잠그는 훅은 두 번을 예상하지"
        " 않기 때문입니다.",
    ),
    "every teardown runs": (
        "teardown은 모두 실행",
        "Flask에서는 teardown 함수 하나가 예외를 내면 나머지가 실행되지 않고, 그 함수들이 닫을 것이 열린 채"
        " 남습니다.",
    ),
    "a request is torn down once": (
        "요청의 정리는 한 번만",
        "스트림이나 `with` 블록 안의 테스트 클라이언트를 위해 컨텍스트를 남겨 두면 Flask는 teardown_request"
        " 함수를 두 번째로 호출합니다. 계층은 응답이 만들어질 때 한 번만 떠납니다.",
    ),
    "a blueprint owns its prefix": (
        "접두 경로는 블루프린트의 것",
        "블루프린트의 접두 경로 아래에서 어떤 규칙에도 맞지 않는 경로도 블루프린트의 계층을 지납니다."
        " 그래서 API는 404와 405도 API답게 답합니다. Flask에서는 애플리케이션만 그런 요청을 봅니다.",
    ),
    "own g for each request": (
        "요청마다 자기 g",
        "Flask에서는 애플리케이션 컨텍스트 안에서 쓴 테스트 클라이언트가 그 컨텍스트의 g를 함께 씁니다."
        " 그러면 테스트는 실제 요청에는 없는 것을 뷰에 보여 줍니다.",
    ),
    "unread sessions are not refreshed": (
        "읽지 않은 세션은 갱신하지 않음",
        "아무도 읽지 않는 세션은 열지도 않으므로 비용이 없습니다. Flask는 permanent 세션을 요청마다 새로"
        " 발급합니다.",
    ),
    "a page that is not saved": (
        "저장되지 않는 페이지",
        "봉인할 수 없는 세션은 맨 마지막에 드러납니다. 그때 만드는 500 페이지는 계층을 다시 지나지 않으므로"
        " 쿠키에 따라 달라진다는 말이 붙지 않습니다. 500을 보관하는 캐시는 없습니다.",
    ),
    "cookie for the mount point": (
        "마운트 지점의 쿠키",
        "한 호스트의 두 애플리케이션이 서로 섞이지 않습니다. 쿠키의 경로는 애플리케이션이 마운트된"
        " 곳입니다. Flask에는 SESSION_COOKIE_PATH가 있지만, SCRIPT_NAME이 이미 아는 것을 따로 적어 주어야"
        " 합니다.",
    ),
    "Secure on https": (
        "https에서는 Secure",
        "https로 받은 쿠키는 https에만 보냅니다. Flask에서는 누군가 SESSION_COOKIE_SECURE를 떠올려 켤"
        " 때까지 꺼져 있습니다.",
    ),
    "tokens of another form": (
        "모양이 다른 토큰",
        "여기의 CSRF 토큰은 세션에 든 임의의 문자열이고 세션만큼 삽니다. Flask-WTF는 한 번 더 서명하고 토큰에"
        " 기한을 둡니다. 비교하는 것은 토큰의 모양이 아니라 토큰이 열어 주는 것입니다.",
    ),
    "digest in the path": (
        "경로에 든 다이제스트",
        "정적 파일의 URL은 파일과 함께 바뀌므로, 어떤 캐시도 옛 파일을 내놓지 않습니다.",
    ),
    "files for ever": (
        "영원히 보관하는 파일",
        "다이제스트가 든 URL은 영원히 보관해도 됩니다. WhiteNoise가 그렇게 말하고, ETag를 따로 만들고,"
        " charset에 따옴표를 붙이고, Date는 서버에 맡기고, 압축된 짝이 있으면 인코딩에 따라 달라진다고"
        " 알립니다.",
    ),
    "missing files are the application's": (
        "없는 파일은 애플리케이션의 몫",
        "WhiteNoise는 있는 파일만 내보냅니다. 다른 경로는 라우팅으로 넘어가고, 거기의 응답이 페이지가 됩니다.",
    ),
    "upgrades are declined": (
        "업그레이드에는 응하지 않음",
        "WebSocket 규칙은 없고, 서버는 Upgrade를 무시해도 됩니다(RFC 9110, 7.8). 그래서 페이지를 보냅니다."
        " Flask의 맵은 400이라고 합니다.",
    ),
    "chunks are not cut off": (
        "조각으로 온 본문은 자르지 않음",
        "길이를 밝히지 않은 본문을 Flask는 MAX_CONTENT_LENGTH까지만 읽고 그것이 전부인 줄 압니다. 말없이"
        " 반쪽만 저장된 파일보다는 413이 낫습니다.",
    ),
    "204 without Content-Type": (
        "Content-Type 없는 204",
        "이름을 붙일 내용이 없으므로 타입도 없습니다(RFC 9110, 15.3.5). wsgiref.validate도 그렇게 요구합니다.",
    ),
}
