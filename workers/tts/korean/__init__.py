"""Korean text to what is heard: numbers and Latin words as Hangul, then the standard pronunciation.

The rules are those of the National Institute of Korean Language, *Standard Pronunciation*
(표준 발음법, part 2 of 표준어 규정, notice 2017-13); every rule names its article. A rule sees two
neighbouring syllables and no dictionary: what depends on a word's origin or on its parts of speech
is in ``lexicon``.
"""
