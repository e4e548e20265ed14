"""Latin words that come up in interviews, as Koreans say them."""

from __future__ import annotations

_TABLE = """
a 에이|agile 애자일|airflow 에어플로우|ai 에이아이|android 안드로이드|angular 앵귤러
ansible 앤서블|apache 아파치|api 에이피아이|app 앱|apple 애플|argo 아르고|aurora 오로라
aws 에이더블유에스|azure 애저|backend 백엔드|back-end 백엔드|bash 배시|batch 배치|beta 베타
bert 버트|bigquery 빅쿼리|branch 브랜치|bug 버그|build 빌드|business 비즈니스|c++ 씨플러스플러스
c# 씨샵|cache 캐시|cassandra 카산드라|celery 셀러리|chat 챗|chatgpt 챗지피티|chrome 크롬
ci/cd 씨아이씨디|class 클래스|clickhouse 클릭하우스|cloud 클라우드|code 코드|commit 커밋
confluence 컨플루언스|container 컨테이너|cto 씨티오|ceo 씨이오|css 씨에스에스|data 데이터
database 데이터베이스|datadog 데이터독|dba 디비에이|debug 디버그|deep 딥|design 디자인
devops 데브옵스|django 장고|docker 도커|elasticsearch 엘라스틱서치|email 이메일|e-mail 이메일
engineer 엔지니어|engineering 엔지니어링|excel 엑셀|express 익스프레스|facebook 페이스북
fastapi 패스트에이피아이|feature 피처|figma 피그마|firebase 파이어베이스|flask 플라스크
flutter 플러터|framework 프레임워크|front 프론트|frontend 프론트엔드|front-end 프론트엔드
full 풀|fullstack 풀스택|git 깃|github 깃허브|gitlab 깃랩|go 고|golang 고랭|google 구글
gradle 그레이들|grafana 그라파나|graphql 그래프큐엘|hadoop 하둡|helm 헬름|hive 하이브
html 에이치티엠엘|http 에이치티티피|ibm 아이비엠|intern 인턴|ios 아이오에스|it 아이티|java 자바
javascript 자바스크립트|jenkins 젠킨스|jira 지라|jpa 제이피에이|json 제이슨|junit 제이유닛
jwt 제이더블유티|kafka 카프카|keras 케라스|kotlin 코틀린|kpi 케이피아이|kubernetes 쿠버네티스
lambda 람다|langchain 랭체인|latency 레이턴시|leader 리더|learning 러닝|linux 리눅스|llm 엘엘엠
log 로그|mac 맥|machine 머신|manager 매니저|mariadb 마리아디비|marketing 마케팅|matlab 매트랩
maven 메이븐|merge 머지|meta 메타|microservice 마이크로서비스|microsoft 마이크로소프트|ml 엠엘
mlops 엠엘옵스|mobile 모바일|model 모델|mongodb 몽고디비|mvp 엠브이피|mysql 마이에스큐엘
naver 네이버|nest 네스트|netty 네티|network 네트워크|next.js 넥스트제이에스|nginx 엔진엑스
nlp 엔엘피|node 노드|node.js 노드제이에스|notion 노션|numpy 넘파이|oauth 오어스|okr 오케이알
onnx 오닉스|open 오픈|openai 오픈에이아이|oracle 오라클|orm 오알엠|os 오에스|pandas 판다스
pdf 피디에프|photoshop 포토샵|php 피에이치피|pipeline 파이프라인|pm 피엠|postgres 포스트그레스
postgresql 포스트그레스큐엘|powerpoint 파워포인트|ppt 피피티|product 프로덕트|project 프로젝트
prometheus 프로메테우스|python 파이썬|pytorch 파이토치|qa 큐에이|query 쿼리|r 알
rabbitmq 래빗엠큐|react 리액트|react.js 리액트제이에스|redis 레디스|release 릴리스|rest 레스트
restful 레스트풀|rnn 알엔엔|ruby 루비|rust 러스트|saas 사스|salesforce 세일즈포스|samsung 삼성
sap 에스에이피|scala 스칼라|scikit-learn 사이킷런|scrum 스크럼|selenium 셀레니움|seo 에스이오
server 서버|service 서비스|sketch 스케치|slack 슬랙|snowflake 스노우플레이크|software 소프트웨어
spark 스파크|spring 스프링|springboot 스프링부트|boot 부트|sql 에스큐엘|startup 스타트업
svelte 스벨트|swift 스위프트|tableau 태블로|team 팀|tensorflow 텐서플로|terraform 테라폼
test 테스트|tool 툴|typescript 타입스크립트|ui 유아이|ui/ux 유아이유엑스|unity 유니티
unix 유닉스|unreal 언리얼|ux 유엑스|verilog 베릴로그|vision 비전|vite 비트|vllm 브이엘엘엠|vs 대
vue 뷰|vue.js 뷰제이에스|web 웹|webrtc 웹알티씨|website 웹사이트|whisper 위스퍼|windows 윈도우
word 워드|workflow 워크플로|youtube 유튜브|zoom 줌
"""

WORDS: dict[str, str] = {
    latin: hangul
    for entry in _TABLE.replace("\n", "|").split("|")
    if entry.strip()
    for latin, hangul in [entry.strip().split(" ")]
}
"""By the word in lower case."""
