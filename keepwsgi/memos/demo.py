"""Memos as people keep them, Korean and English, for a first look and for measuring."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from keepwsgi.memos.drafts import Draft
from keepwsgi.memos.markdown import render
from keepwsgi.memos.schemas import COLORS

_SEED: Final = 20240503

# Lines of these are items.
_LISTS: Final = [
    ("장보기", "{food}\n[x] {food2}\n두부 한 모\n[x] 세제\n{person}한테 더 필요한 거 물어보기"),
    ("Groceries", "{food_en}\n[x] {food2_en}\nolive oil\ncoffee beans"),
    ("읽을 책", "소년이 온다\n아주 희미한 빛으로도\n우리가 빛의 속도로 갈 수 없다면\n[x] 데미안"),
    ("Books to read", "The Left Hand of Darkness\nA Pattern Language\n[x] Dune"),
    ("집 고칠 곳", "화장실\n  {thing}\n  [x] 거울\n베란다\n  {thing}\n현관 등"),
]

_NOTES: Final = [
    *_LISTS,
    ("{month}월 {day}일 회의", "2024. {month}. {day} {hour}시\n\n**안건**\n1. 지난주\n2. {topic}"),
    ("Standup {month}/{day}", "Yesterday: {task_en}\nToday: {task2_en}\nBlocked: nothing"),
    ("", "{person} 생일 {month}월 {day}일 🎂\n선물은 책으로"),
    ("김치찌개", "# 재료\n김치 반 포기, 두부\n\n# 순서\n1. 볶는다\n2. {number}0분 끓인다"),
    ("Pancakes", "{number} eggs, 200 g flour, 300 ml milk\n\nRest the batter for *half an hour*."),
    ("", "와이파이 이름 guest-{number}\n손님방 서랍에 비밀번호 적어 둠"),
    ("{city} 여행", "숙소: 역에서 걸어서 {number}분\n맛집 후보\n- 골목 국숫집\n- 시장 안 분식\n\nhttps://example.com/trip/{number}"),
    ("Trip to {city_en}", "Train at {hour}:15\nhttps://example.com/stay?id={number}\n\n- passport\n- rain jacket"),
    ("{topic}", "생각난 김에 적어 둔다.\n\n{topic} 이야기를 꺼낼 때는 먼저 숫자부터. 작년보다 {number}% 늘었다."),
    ("Idea", "What if the {thing_en} could {verb_en} by itself?\nAsk {person_en} about it."),
    ("", "치과 {month}월 {day}일 {hour}시"),
    ("", "Call the landlord about the {thing_en}"),
    ("명령어", "```\nsudo systemctl restart nginx\njournalctl -u nginx -f\n```\n로그는 `journalctl`로 본다"),
    ("Git", "```\ngit switch -c fix/{number}\ngit push -u origin HEAD\n```"),
    ("운동", "월 수 금\n스쿼트 {number}0회\n  무릎 조심\n플랭크 {number}분"),
]  # fmt: skip

_LABELS: Final = {
    "장보기": ["집"],
    "Groceries": ["Home"],
    "읽을 책": ["책"],
    "Books to read": ["Reading"],
    "집 고칠 곳": ["집", "할 일"],
    "{month}월 {day}일 회의": ["일"],
    "Standup {month}/{day}": ["Work"],
    "김치찌개": ["요리"],
    "Pancakes": ["Cooking"],
    "{city} 여행": ["여행", "할 일"],
    "Trip to {city_en}": ["Travel"],
    "{topic}": ["일"],
}

_WORDS: Final = {
    "food": ["계란 한 판", "우유", "대파", "사과 다섯 개", "콩나물"],
    "food2": ["김", "고등어", "참기름", "양파", "귤 한 상자"],
    "food_en": ["eggs", "oat milk", "spring onions", "apples"],
    "food2_en": ["rye bread", "butter", "lentils", "tomatoes"],
    "person": ["엄마", "지우", "민수", "언니", "팀장님"],
    "person_en": ["Ada", "Grace", "Linus", "Min-ji"],
    "topic": ["예산", "새 홈페이지", "채용", "고객 의견", "이사"],
    "task_en": ["fixed the login page", "reviewed two branches", "wrote the changelog"],
    "task2_en": ["measure the board", "write tests", "talk to support"],
    "city": ["부산", "강릉", "제주", "전주", "교토"],
    "city_en": ["Lisbon", "Busan", "Kyoto", "Vienna"],
    "thing": ["수도꼭지", "문고리", "전등", "방충망"],
    "thing_en": ["radiator", "front door", "dishwasher", "bicycle"],
    "verb_en": ["fold", "heal", "water the plants", "remember"],
}


def demo_memos(count: int, *, trashed_at: datetime | None = None) -> Iterator[Draft]:
    """Give `count` memos, the same ones each time, the newest first.

    What is in the trash was put there at `trashed_at`, by default when it was made, which is long ago.
    """
    chance = random.Random(_SEED)
    moment = datetime(2024, 5, 1, 9, 30, tzinfo=UTC)
    notes = _in_turn(chance)
    for number in range(count):
        title, body = next(notes)
        words: dict[str, str | int] = {name: chance.choice(choices) for name, choices in _WORDS.items()}
        words |= {"number": chance.randint(2, 9), "month": chance.randint(1, 12)}
        words |= {"day": chance.randint(1, 28), "hour": chance.randint(1, 11)}
        text = body.format(**words)
        is_list = (title, body) in _LISTS
        moment -= timedelta(minutes=chance.randint(5, 600))
        # Some of everything, however few there are.
        archived, trashed = number % 10 == 7, number % 20 == 9
        yield Draft(
            title=title.format(**words),
            body=text,
            body_html=None if is_list else render(text),
            kind="checklist" if is_list else "text",
            labels=_LABELS.get(title),
            color=chance.choice(COLORS) if chance.random() < 0.4 else "default",
            pinned=number < 3,
            archived=archived,
            trashed_at=(trashed_at or moment) if trashed else None,
            created_at=moment,
            updated_at=moment,
        )


def _in_turn(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Give the notes round after round, each once a round and no two alike within half a round."""
    notes = chance.sample(_NOTES, len(_NOTES))
    half = len(notes) // 2
    while True:
        yield from notes
        notes = [*chance.sample(notes[:half], half), *chance.sample(notes[half:], len(notes) - half)]
