"""What of a candidate's own words is not said back to them: wider than the forbidden topics.

A rule for questions may let a word pass that has another sense at work; a phrase that is built
into a question is one of many, and another one, the résumé or the bank stands in for it. So these
words refuse more than they must.
"""

from __future__ import annotations

import re

from workers.language.plain import plain

_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_TEENS = "sixteen|seventeen|eighteen|nineteen"
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_AGE = rf"(?:(?:{_TENS})(?:[- ](?:{_UNITS}))?|{_TEENS}|[1-9]\d)(?![\d%])"
_BE = r"(?:'m|'s|'re| am| is| are| was| were| turned| just turned| became)"

_COUNTRIES = (
    "afghanistan albania algeria america argentina armenia australia austria bangladesh belarus "
    "belgium brazil britain bulgaria cambodia cameroon canada chile china colombia congo croatia "
    "cuba cyprus czechia denmark ecuador egypt england eritrea estonia ethiopia europe finland "
    "france georgia germany ghana greece haiti hungary iceland india indonesia iran iraq ireland "
    "israel italy jamaica japan jordan kazakhstan kenya korea kosovo kuwait latvia lebanon libya "
    "lithuania malaysia mexico moldova mongolia morocco myanmar nepal netherlands nigeria norway "
    "pakistan palestine peru philippines poland portugal romania russia rwanda scotland senegal "
    "serbia singapore slovakia slovenia somalia spain sudan sweden switzerland syria taiwan "
    "tanzania thailand tibet tunisia turkey uganda ukraine uruguay uzbekistan venezuela vietnam "
    "wales yemen zambia zimbabwe africa asia abroad overseas"
)
_PEOPLES = (
    r"afghan|albanian|algerian|american|arab|arabic|argentin\w+|armenian|asian|african|australian"
    r"|austrian|bangladeshi|belgian|black|brazilian|british|brown|bulgarian|burmese|cambodian"
    r"|canadian|chilean|chinese|colombian|congolese|croatian|cuban|czech|danish|dutch|egyptian"
    r"|english|ethiopian|european|filipin[ao]|finnish|french|german|ghanaian|greek|gypsy|haitian"
    r"|hispanic|hungarian|indian|indonesian|iranian|iraqi|irish|israeli|italian|jamaican|japanese"
    r"|kenyan|korean|kurdish|latin[ao]|lebanese|malaysian|mexican|mixed|mongolian|moroccan"
    r"|nepal\w+|nigerian|norwegian|pakistani|palestinian|persian|peruvian|polish|portuguese|roma"
    r"|romanian|russian|scottish|serbian|somali|spanish|sudanese|swedish|swiss|syrian|taiwanese"
    r"|thai|tibetan|tunisian|turkish|ugandan|ukrainian|uzbek|venezuelan|vietnamese|welsh|white"
)

_ENGLISH = {
    "age": (
        rf"\b(?:i|he|she|they|who)(?:{_BE})"
        rf"(?: (?:only|just|already|nearly|almost|about|over|under))? {_AGE}\b"
        r"(?! (?:per|minutes|hours|days|weeks|months|people|thousand|hundred|euros|pounds)\b)"
        rf"|\bturn(?:ed|ing)? {_AGE}\b|\bin (?:my|his|her|their) (?:\w+ )?(?:teens|\w+ties)\b"
        rf"|\b{_AGE}[- ](?:something|years?[- ]olds?)\b|\bpension\w*"
        rf"|\bat (?:the age|{_AGE}$)"
    ),
    "health": (
        r"\bhiv\b|\bhearts?\b|\b(?:had|my|his|her|an) operation\b|"
        r"\bi weigh\b|\b(?:kilos|stone|pounds)$|\b(?:one|no|lost an?) (?:arm|leg|hand"
        r"|eye)s?\b|(?<!visual )(?<!teaching )\baids\b|\bhepatitis\b|\basthma\w*|\bmigraines?\b"
        r"|\binsomnia\b|\barthriti\w+|\bdyslexi\w+|\bdyspraxi\w+|\btourette\w*|\bptsd\b|\bocd\b"
        r"|\btrauma\w*|\bburn(?:ed|t)?[- ]?out\b|\b(?:nervous|mental|a|my) breakdown\b|\bmental\w*"
        r"|\bpanic\b|\bsuffer\w*|\bpain\w*|\binfect\w+|\bvirus\w*|\bcovid\w*|\bchronic\w*"
        r"|\bsymptoms?\b|\b(?:was|were|been|got|my) diagnos\w+|\bbipolar\b|\bschizo\w+|\bepilep\w+"
        r"|\bseizures?\b|\bstrokes?\b|\btumou?rs?\b|\bleuk\w+|\bchemo\w*|\bradiotherapy\b"
        r"|\bparkinson\w*|\balzheimer\w*|\bdementia\b|\bsclerosis\b|\bcrohn\w*|\blupus\b"
        r"|\bblind\w*|\bdeaf\w*|\bmute\b|\bhearing\b|\beyesight\b|\bdisab\w+|\bimpair\w+"
        r"|\bparaly[sz]\w+|\bamput\w+|\bprosthe\w+|\bcrutch\w*|\blimp\w*|\bstammer\w*|\bstutter\w*"
        r"|\bneurodiver\w+|\basperger\w*|\bspectrum\b|\bspecial needs\b"
        r"|\bmedicines?\b|\bpills?\b|\bantidepress\w+|\binsulin\b|\binhalers?\b|\btransplant\w*"
        r"|\boperation on my\b|\b(?:my|his|her|a|the) (?:doctor|gp|physio\w*)\b|\bpsych\w+"
        r"|\btherap\w+|\bcounsell?\w+|\bin (?:a |the )?(?:hospital|hospice|clinic|coma)\b"
        r"|\bto (?:a |the )?(?:hospital|hospice|clinic)\b|\bsick\w*|\bsurg(?:ery|eries)\b"
        r"|\b(?:my|his|her|broke\w* (?:my|his|her|a)) (?:body|legs?|knees?|hips?|spine|backs?|arms?"
        r"|hands?|eyes?|ears?|heart|lungs?|liver|kidneys?|breasts?|womb|skin|neck|shoulders?|feet"
        r"|foot|ankles?|wrists?|stomach|head|nerves|periods?|weight|hair|looks)\b"
        r"|\bbody\b|\bbodies\b|\bbad back\b|\bdiets?\b|\bdieting\b|\bfat\b|\bugly\b|\bbald\b"
        r"|\bwig\b"
        r"|\banorexi\w+|\bbulimi\w+|\beating disorder\b|\bcollapsed\b|\bfaint(?:ed|ing)\b"
        r"|\bburn(?:ed|t) (?:him|her|my|them)sel\w+"
    ),
    "addiction": (
        r"\brehab\w*|\baddict\w*|\bdrunk\w*|\bdrink(?:s|ing|er)?\b|\bdrank\b|\bsober\w*|\bdetox\w*"
        r"|\boverdos\w+|\bdrugs?\b|\bcannabis\b|\bweed\b|\bcocaine\b|\bheroin\b|\bgambl\w+"
        r"|\brelaps\w+|\bhangover\b|\bsmok\w+|\bbooze\b|\bstoned\b"
    ),
    "family": (
        r"\blittle ones?\b|\brais(?:ed|ing) (?:\w+ )?(?:boys|girls|them|him|her)\b|"
        r"\bmum(?:s|my|mies)?\b|\bmom(?:s|my)?\b|\bmam\b|\bdad(?:s|dy|dies)?\b"
        r"|\bpapa\b"
        r"|\bstep(?:son|daughter|mother|father|mum|dad)\b|\baunt\w*|\buncles?\b|\bcousins?\b"
        r"|\bnieces?\b|\bnephews?\b|\bgrand(?:ad|dad|ma|pa|son|daughter|child)\w*|\bgranny\b"
        r"|\bnan\b"
        r"|\b(?:my|his|her) (?:\w+ )?(?:partner|ex|other half|folks|boy|girl|boys|girls|little one"
        r"|relationship)\b|\bsingle\b(?=$| (?:mum|mom|mother|father|dad|parent|man|woman)\b)"
        r"|\bcarers?\b|\bcar(?:e|es|ed|ing) for\b|\bnurser(?:y|ies)\b|\bschool run\b|\btoddlers?\b"
        r"|\bteens?\b|\bteenage\w*|\btwins\b|\btriplets\b|\badoption\b|\bwas adopted\b"
        r"|\badopted (?:a |our |my )?(?:child|boy|girl|baby|son|daughter)\w*|\borphanage\b"
        r"|\bin care\b|\bfoster\w*|\bseparated from\b|\bengaged to\b|\bex-\w+|\bcustody\b"
        r"|\bhoneymoon\b|\bcohabit\w*|\bmy own home\b|\brelatives?\b|\bhousewi\w+|\bwidow\w*"
    ),
    "pregnancy": (
        r"\bmiscarr\w+|\babort\w*|\bstill ?b\w+|\bivf\b|\b(?:in)?fertility\b|\binfertile\b"
        r"|\bmenopaus\w+|\bperiod pains?\b|\bmenstru\w+|\bbreast\w*|\bexpecting (?:a|our|my"
        r"|twins)\b"
        r"|\bconceiv\w+|\bgave birth\b|\blabour ward\b|\bsterilis\w+|\bcontracep\w+|\bdue date\b"
    ),
    "origin": (
        rf"\bfrom (?:the |north |south )*(?:{'|'.join(_COUNTRIES.split())})\b|\brefugees?\b"
        rf"|\bto this country\b|\bmoved here\b|\bmother country\b"
        r"|\basylum\b|\bundocumented\b|\bdeport\w*|\bwork permits?\b|\bgreen cards?\b"
        r"|\bpassports?\b"
        rf"|(?:'m|'s|'re|\bam|\bis|\bwas|\bare|\bwere|\bas)(?: (?:a|an|the|only|half|part|also))*"
        rf" (?:{_PEOPLES})\b"
        r"|\b(?:i|we|he|she|they)(?:'m|'s|'re| am| is| are| was| were| come| comes| came)"
        r"(?: \w+ly)? from\b|\bdialects?\b|\bdiaspora\b|\bexile\w*|\btribe\w*|\btribal\b"
        r"|\bminorit(?:y|ies)\b|\bcaste\b|\bcaucasian\b|\bpeople of colou?r\b"
    ),
    "crime": (
        r"\bprisons?\b|\bprisoners?\b|\bjail\w*|\bconvict\w*|\bcriminal\w*|\bfelon\w*|\bcrimes?\b"
        r"|\barrest\w*|\bparole\b|\bprobation\b|\bsentenced\b|\bbehind bars\b|\boffen[cds]\w+"
        r"|\bpolice\b|\bin court\b|\bto court\b|\bserved (?:\w+ ){1,3}(?:years?|months?)\b"
        r"|\bstole\b"
        r"|\bstolen\b|\bsteal\w*|\bthe(?:ft|fts|ives|if)\b|\bbrib\w+|\blawsuits?\b"
        r"|\b(?:convicted of|committed|accused of|for) fraud\w*"
        r"|\bsued\b"
        r"|\bhomeless\w*|\bnowhere to live\b|\bbankrupt\w*|\bevict\w*|\bon benefits\b"
    ),
    "death": (
        r"\bdie[ds]?\b|\bdying\b|\bdeaths?\b|\bdead\b(?! (?:letters?|code|stock|line))|\bkill\w*"
        r"|\bsuicid\w*|\bpass(?:ed|es) away\b"
        r"|\bfunerals?\b|\bgrie(?:f|v)\w*|\bbereav\w+|\bmourn\w*|\bmurder\w*|\bself-harm\w*"
        r"|\bhang(?:ed)? (?:him|her|my|them)sel\w+|\blost (?:my|his|her) \w+|\blost an? (?:baby"
        r"|child|friend)\b"
        r"|\btook (?:his|her|their) (?:own )?li(?:fe|ves)\b|\bcremat\w+|\bburied\b|\bcoffin\w*"
    ),
    "harassment": (
        r"\bharass\w*|\bcall(?:ed|s|ing) me an?\b|\bbull(?:y|ied|ies|ying)\b|\bassault\w*"
        r"|\brap(?:e|ed|ing|ist)\b|\babus\w+"
        r"|\bmolest\w*|\bgrop\w+|\bstalk(?:ed|er|ing)\b|\bdiscriminat\w*|\bracis\w+|\bsexis\w+"
        r"|\bsexual\w*|\bviolen\w+|\bbeat (?:me|us|him|her|up)\b|\bhit (?:me|him|her|us)\b"
        r"|\btouch(?:ed|ing) (?:me|him|her|my)\b|\bvictims?\b|\bhumiliat\w+|\bthreaten\w*"
        r"|\bmisogyn\w*"
    ),
    "religion": (
        r"\bhalal\b|\bkosher\b|\bvegans?\b|\bvegetarians?\b|\bfast(?:ed|ing)\b|\beaster\b|\beid\b"
        r"|\bdiwali\b|\bpassover\b|\bhijabs?\b|\bturbans?\b|\bgod\b|\ballah\b|\bjesus\b|\bchrist\b"
        r"|\bgospel\b|\bpriests?\b|\bimams?\b|\brabbis?\b|\bpastors?\b|\bmonks?\b|\bnuns?\b"
        r"|\bmormons?\b|\bjehovah\w*|\bsikhs?\b|\bbaptis\w+|\bbless\w*|\bspiritual\w*"
        r"|\bsunday school\b|\bmissionar\w+|\bquakers?\b|\bshabbat\b|\bholy\b|\bsermons?\b"
        r"|\bparish\w*"
        r"|\bchapels?\b|\bconvert(?:ed)? to (?:islam|christ|juda|buddh|cathol)\w*|\bmeditat\w+"
    ),
    "military": (
        r"\bregiments?\b|\bbattalions?\b|\bplatoons?\b|\binfantry\b|\bsquadrons?\b|\bsergeants?\b"
        r"|(?<!kitchen )\bbrigades?\b|\bcorporals?\b|\blieutenants?\b|\bcolonels?\b|\bcommandos?\b"
        r"|\bparatroop\w*|\bbarracks\b|\bcombat\w*|\bwars?\b|\breserv(?:ist|ists)\b|\braf\b"
        r"|\bcadets?\b"
        r"|\btour of duty\b|\bdischarged from the\b|\bspecial forces\b|\btroops?\b|\bartillery\b"
        r"|\bsubmarines?\b|\bdraft dodg\w+|\bserved in\b|\bforces\b"
    ),
    "orientation": (
        r"\bsame-sex\b|\bcame out (?:as|to|at|last|in|when)\b|\bcoming out\b|\bnon-?binary\b"
        r"|\basexual\b"
        r"|\b(?:i|he|she|they) transition(?:ed|ing)\b|\bdrag\b|\bmy sexuality\b|\blike (?:men"
        r"|women)\b"
        r"|\bin love\b|\bdivorc\w+|\bstraight man\b|\bunion rep\b|\bunioni[sz]\w+|\bon strike\b"
    ),
}

_KOREAN_COUNTERS = (
    r"명|개|번|대|건|장|곳|군데|가지|시간|병상|분|권|팀|학급|마리|상자|박스|잔|통|벌|켤레|그릇"
    r"|접시|줄"
    r"|쪽|주|달|차례|종|편|층|문제|문항|페이지"
)
_KOREAN = {
    "age": (
        r"(?<![가-힣])(?:스물|서른|마흔|쉰|예순|일흔|여든|아흔)"
        r"(?:하나|한|둘|두|셋|세|넷|네|다섯|여섯|일곱|여덟|아홉)?"
        rf"(?! ?(?:{_KOREAN_COUNTERS}))"
        r"|(?:한|두|세|네|섯|곱|덟|홉|열|무|른|흔|쉰|순|십) ?살|대 ?(?:초반|중반|후반)"
        r"|십 ?대(?:에|라|였|이)|동갑"
        r"|어린 나이"
        r"|미성년|노인|어르신"
    ),
    "health": (
        r"(?<![가-힣])유산(?!균|소)|항암|화학 ?요법|방사선 치료|치료(?:를|도)? ?받|정신과|정신병"
        r"|(?:심리|정신) ?(?:상담|치료)|트라우마|불면|강박|자폐|adhd|조울|투병|암 (?:투병|수술"
        r"|판정|진단|치료)|마비|(?<![가-힣])뇌|안 들[리려]|안 보[이여]|잘 못 [듣들보]|"
        r"(?<![가-힣])(?:귀|눈)[가이] |골절|다쳤|다쳐|다친|부상|깁스|(?:다리|팔|손목|발목"
        r"|가슴)[을를가이] |양극성|간질|뇌전증|발작"
        r"|(?:시각|청각|지체|언어|지적) ?장애|장애인|청각|농인|맹인|시력|난청|실명(?!제)|보청기"
        r"|휠체어"
        r"|목발|의족|(?<![가-힣])의수|허리(?:가|를|도) |디스크(?:로|가| 수술| 판정)|무릎|관절"
        r"|두통|통증|아팠|아파서"
        r"|아프|병가|휴직|병에 걸|암(?:이|을|에|으로) |백혈병|종양|hiv|에이즈|간염|결핵|코로나에"
        r"|확진"
        r"|뇌졸중|치매|심장병|천식|투석|이식 수술|희귀병|난치|진단(?:을|도)? ?받|약을 (?:먹|복용)"
        r"|우울|공황|번아웃|탈모|비만|다이어트|뚱뚱|거식|폭식|섭식|말더듬|쓰러"
    ),
    "addiction": (
        r"(?<!식)중독|알코올|마약|도박|금주|재활(?!용)|(?<![가-힣])술(?:을|이|에|도"
        r"|자리)|음주|대마"
    ),
    "family": (
        r"와이프|(?<![가-힣])낳|집사람|신랑|(?<![가-힣])신부(?!터)|(?<![가-힣])애(?:를|가|는|들"
        r"|도|랑|와|기|엄마"
        r"|아빠)"
        r"|(?:첫째|둘째|셋째|막내)(?:를|가|는|도|랑|와|아이|애|딸|아들)|어린이집|육아|임신|만삭"
        r"|쌍둥이"
        r"|돌잔치|한부모|싱글(?:맘|대디)|미혼모|돌싱|시어머니|시아버지|장모|장인어른|처제|처남"
        r"|며느리"
        r"|(?<![가-힣])사위|손주|손자|손녀|조카|(?<![가-힣])이모(?!티|작)|고모|삼촌|사촌|친척"
        r"|(?<![가-힣])(?:언니|오빠|누나|매형|형부)"
        r"|(?<![가-힣])형(?:이|은|을|과|님|한테)(?![가-힣])|동생|입양|고아|동거|부부|혼자 키|이혼"
        r"|사별"
        r"|가장으로|(?<![가-힣])처와"
    ),
    "pregnancy": (
        r"생리(?:통|휴가|대|를|가|때| ?중|불순)|월경|갱년기|폐경|불임|난임"
        r"|시험관 ?(?:시술|아기)|낙태|출산|수유|(?<![가-힣])조산"
    ),
    "origin": (
        r"탈북|새터민|동포|북한|조선족|고려인|(?<![가-힣])재일|불법 ?체류|난민|(?<!다)국적|교포"
        r"|이주민"
        r"|이민|(?:미국|중국|일본|베트남"
        r"|필리핀|태국|몽골|네팔|인도|러시아|우즈베키스탄|나이지리아|캄보디아|미얀마|방글라데시"
        r"|파키스탄"
        r"|시리아|우크라이나) ?(?:사람|인(?:이|으로)|출신|태생|에서 (?:왔|와|온|건너|자랐|태어))"
        r"|에서 (?:올라|내려)(?:와|왔|온)|상경|전라도|경상도|충청도|호남|영남|(?:에서"
        r"|서) 자랐"
        r"|흑인|백인|동남아"
    ),
    "crime": (
        r"교도소|구치소|감옥|징역|(?<![가-힣])전과(?:가|자|를|기록)|집행유예|구속(?!력)|수감|출소"
        r"|범죄|체포|벌금|경찰|절도|횡령|뇌물|소년원"
        r"|파산|노숙|신용 ?불량|기초 ?생활"
    ),
    "death": (
        r"자살|자해|극단적|(?<![가-힣])죽(?!도|집|을 )|사망|돌아가(?:셨|시|신)|장례|상을 당|유족"
        r"|별세"
        r"|숨졌|숨진|숨을 거|(?<![가-힣])부고(?!객)|빈소|(?<![가-힣])제사|목숨|세상을 (?:떠|등)"
    ),
    "harassment": (
        r"성추행|성희롱|성폭|성범죄|강간|폭행|폭력|학대|따돌림|왕따|괴롭|갑질|미투|스토킹"
        r"|차별(?!화|점)|폭언|욕설|추행"
    ),
    "religion": (
        r"할랄|코셔|채식|비건|라마단|금식|교인|교회|권사님|장로님|(?<![가-힣])전도|십일조"
        r"|미사(?:를|에|가)|세례|법회"
        r"|부활절|성탄|사순|히잡|원불교|(?<![가-힣])무교|신천지|여호와|수녀|선교|불공"
        r"|(?<![가-힣])절에 "
    ),
    "military": (
        r"해병|(?:취사|운전|행정|의무|통신|보|헌|조리|공|전투)병(?:으로|이|을|과|생활)|육군|해군"
        r"|공군|특전사|포병|군인|(?<![가-힣])군에서|군대|부대(?!찌개|비용|시설|사업"
        r"|행사)|(?<![가-힣])병장|상병"
        r"|하사|중사|(?<![가-힣])(?:소대|중대(?!한|하|성)|대대(?!적|로))|연대장"
        r"|(?<![가-힣])사단(?!법인)|장교|학군단|카투사|(?<![가-힣])의경|전역|참전|(?:군|해)무원"
        r"|특공|복무"
    ),
    "orientation": (
        r"동성|(?<![가-힣])게이(?:라|인|입|고|임|로|예|였)|퀴어|성전환|논바이너리|애인"
        r"|남친|여친|성소수"
    ),
}

_PATTERN = re.compile("|".join((*_ENGLISH.values(), *_KOREAN.values())), re.IGNORECASE)


def is_private(text: str) -> bool:
    """Whether ``text`` touches what nobody wants repeated to them in an interview, or may."""
    return _PATTERN.search(plain(text)) is not None
