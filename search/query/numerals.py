"""Chinese numerals up to 9999 and their values: 二十 and 20, 一百零五 and 105, 二〇二五 and 2025."""

CHINESE_DIGITS = "零一二三四五六七八九"
NUMERAL = "[一二三四五六七八九十百千零〇两]"
"""A character of a Chinese numeral, for a pattern."""

_VALUES = {character: value for value, character in enumerate(CHINESE_DIGITS)} | {"〇": 0, "两": 2}
_UNITS = {"千": 1000, "百": 100, "十": 10}


def chinese_numeral(number: int) -> str:
    """The numeral of a number from 0 to 9999, as it is spoken: 10 is 十, 105 is 一百零五."""
    if number == 0:
        return CHINESE_DIGITS[0]
    text, has_gap = "", False
    for name, unit in (*_UNITS.items(), ("", 1)):
        digit = number // unit % 10
        if digit:
            text += ("零" if has_gap else "") + CHINESE_DIGITS[digit] + name
        has_gap = bool(text) and not digit
    return text.removeprefix("一") if text.startswith("一十") else text


def digit_by_digit(number: int) -> str:
    """The digits of a number as Chinese characters, as years are written: 2025 is 二〇二五."""
    return "".join("〇" if digit == "0" else CHINESE_DIGITS[int(digit)] for digit in str(number))


def numeral_value(text: str) -> int | None:
    """The value of a numeral in Chinese or Arabic digits; None if it is none."""
    if text.isascii():
        return int(text) if text.isdecimal() else None
    if len(text) > 1 and all(character in _VALUES for character in text):
        return int("".join(str(_VALUES[character]) for character in text))
    total, digit, last_unit = 0, None, 10_000
    for character in text:
        if character in _UNITS:
            unit = _UNITS[character]
            if unit >= last_unit or (digit is None and (unit != 10 or total)):
                return None
            total += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
        elif character in _VALUES and not digit:
            digit = _VALUES[character]
        else:
            return None
    return total + (digit or 0) if text else None
