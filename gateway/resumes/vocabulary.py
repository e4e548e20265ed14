"""The headings that Korean and English résumés have. Spaces and capitals make no difference.

What often stands above the parts of one position ("Achievements", "주요 성과") is not among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemas.resume import SectionKind

_ENGLISH: Mapping[SectionKind, str] = {
    SectionKind.SUMMARY: """
        summary, professional summary, executive summary, career summary,
        summary of qualifications, profile, professional profile, personal profile, about,
        about me, objective, career objective, personal statement, introduction, overview,
        career highlights, highlights
    """,
    SectionKind.EDUCATION: """
        education, educational background, academic background, academic history, academics,
        qualifications, academic qualifications, education history, degrees, training,
        coursework, relevant coursework
    """,
    SectionKind.EXPERIENCE: """
        experience, experiences, work experience, professional experience, employment,
        employment history, work history, career history, career, professional background,
        relevant experience, industry experience, internship, internships,
        internship experience, teaching experience, research experience, positions held
    """,
    SectionKind.PROJECTS: """
        projects, project, personal projects, side projects, selected projects, key projects,
        academic projects, project experience, open source, open source projects, portfolio
    """,
    SectionKind.SKILLS: """
        skills, skill, technical skills, core skills, key skills, skill set, skillset,
        tech stack, technology stack, technologies, tools, core competencies, competencies,
        expertise, areas of expertise, technical expertise, technical proficiencies,
        programming languages, languages, language skills, soft skills, certifications,
        certification, certificates, licenses, licences
    """,
    SectionKind.OTHER: """
        awards, award, honors, honours, publications, patents,
        presentations, talks, activities, extracurricular activities, extracurriculars,
        leadership, volunteering, volunteer experience, volunteer work, community service,
        memberships, affiliations, interests, hobbies, references, military service,
        additional information, miscellaneous, others, other, personal information,
        personal details, contact, contact information, contact details
    """,
}

_KOREAN: Mapping[SectionKind, str] = {
    SectionKind.SUMMARY: """
        자기소개, 자기소개서, 소개, 간단소개, 한줄소개, 요약, 경력요약, 핵심요약, 프로필,
        지원동기, 성장과정, 성격의장단점, 입사후포부, 포부, 자기PR, 인사말
    """,
    SectionKind.EDUCATION: """
        학력, 학력사항, 최종학력, 학력정보, 교육, 교육사항, 교육이수, 교육이력, 교육이수사항,
        이수교육, 직무교육, 이수과목, 전공과목
    """,
    SectionKind.EXPERIENCE: """
        경력, 경력사항, 경력기술, 경력기술서, 경력상세, 상세경력, 주요경력, 경력정보, 경험,
        경험사항, 직무경험, 직무경력, 업무경험, 업무경력, 주요업무경험, 실무경험, 근무경력,
        근무경험, 직장경력, 이력, 이력사항, 인턴, 인턴경험, 인턴십, 연구경력, 연구경험
    """,
    SectionKind.PROJECTS: """
        프로젝트, 프로젝트경험, 프로젝트경력, 프로젝트이력, 주요프로젝트, 수행프로젝트,
        참여프로젝트, 개인프로젝트, 사이드프로젝트, 팀프로젝트, 토이프로젝트, 포트폴리오,
        오픈소스, 오픈소스활동, 연구과제
    """,
    SectionKind.SKILLS: """
        기술, 기술스택, 보유기술, 사용기술, 주요기술, 핵심기술, 기술역량, 기술사항,
        보유기술스택, 스킬, 보유스킬, 역량, 핵심역량, 보유역량, 직무역량, 전문분야, 개발언어,
        사용언어, 어학, 어학능력, 어학사항, 외국어, 외국어능력, 언어, 자격증, 자격사항, 자격,
        보유자격증, 자격면허, 면허, 컴퓨터활용능력, OA능력
    """,
    SectionKind.OTHER: """
        수상, 수상경력, 수상내역, 수상이력, 수상사항, 수상실적, 활동, 대외활동, 대내외활동,
        교내활동, 동아리활동, 주요활동, 봉사, 봉사활동, 사회활동, 해외경험, 해외연수, 연수,
        논문, 특허, 출판, 발표, 강연, 병역, 병역사항, 취미, 특기, 취미특기, 관심분야, 기타,
        기타사항, 추천인, 인적사항, 개인정보, 기본정보, 기본사항, 신상정보, 연락처정보,
        희망근무조건, 희망조건
    """,
}


def phrases() -> Iterator[tuple[str, SectionKind]]:
    """Yield each heading, without spaces and capitals, and what it is about."""
    for vocabulary in (_ENGLISH, _KOREAN):
        for kind, listed in vocabulary.items():
            for phrase in listed.split(","):
                yield "".join(phrase.split()).casefold(), kind
