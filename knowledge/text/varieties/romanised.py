"""Hindi as people write it in Latin letters."""

import re

_WORD = re.compile(r"[^\W\d_]+")
_TELLING = 2  # different words of Hindi
_SHARE = 0.2  # of all words


def is_romanised_hindi(text: str) -> bool:
    """Say whether a text in Latin letters is Hindi, which the identifier only knows in Devanagari."""
    words = _WORD.findall(text.lower())
    known = [word for word in words if word in _HINDI or word in _ALSO_ELSEWHERE]
    return len(set(known)) >= _TELLING and len(known) >= _SHARE * len(words) and not _ALSO_ELSEWHERE.issuperset(known)


_SMALL_WORDS = (
    "hai hain hoon hun tha nahi nahin nhi ni kya kyu kyun kaise kahan kaun kisi koi kuch mera meri mere "
    "mujhe mujhko maine humko humara hamare hamara hamari aap aapka aapko aapke aapki tumhara tera tere teri "
    "uska uski usko unka unko unki usne unhone iska isko iske yeh woh mein aur bhi kar karo karna karne "
    "karke karta karti karu kare karein karen kiya kiye raha rahi rahe rha rhi rhe gaya gayi gaye gya diya diye dena "
    "dene lena liya laga bola bole bol bolta bata batao bataya wala wale abhi kabhi aaj phir bahut bohot accha "
    "acha sahi galat paisa paise rupaye bhai yaar haan apna apni apne jab liye chuka chuki hua hue aaya aayi "
    "aye daal kitna kitne sach wapas mahine mahina maangta ghante chahiye bhejo bhej bhejna jayega jayegi milega "
    "milegi milenge aayega aayegi hoga hogi honge roz warna pehle sirf ghar rakho dekho likho kamao lagao khulwao agar "
    "lekin kyonki matlab turant dijiye kijiye dekhiye bataiye jaldi akele akeli kiraye kiraya "
    "chahta chahti chahte jeena jeene jaata jaati jaunga jaungi lunga lungi dunga dungi karunga karungi zindagi zindgi"
)
_SHARED_WORDS = "ka ki ke ko ho ya pe din har sab ye ji toh mei kal mai thi lagi mang hui hu fir wo tum h wali"
_HINDI = frozenset(_SMALL_WORDS.split())
"""Small words of Hindi as people spell them in Latin letters."""
_ALSO_ELSEWHERE = frozenset(_SHARED_WORDS.split())
"""Such words that Tagalog, Malay, Swahili, Turkish or others have too; they tell nothing by themselves."""
