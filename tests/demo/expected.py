"""What an editor says of the sample entries: their topics, and the happening each one tells of.

An entry that has no row is on no topic. ``key`` is the entry's guid, or its link as the feed writes it where
there is no guid. Rows of one ``story`` tell of the same happening.
"""

from dataclasses import dataclass

RUSSIA = frozenset({"north-korea-russia"})
TROOPS = RUSSIA | {"troop-deployment"}
LABOR = RUSSIA | {"donbass-labor"}
FOREIGN_LABOR = frozenset({"donbass-labor"})


@dataclass(frozen=True, slots=True)
class Expected:
    """The verdict on one entry of a sample feed."""

    feed: str
    key: str
    topics: frozenset[str]
    story: str


EXPECTED: tuple[Expected, ...] = (
    Expected("morning-lantern", "ml-101", TROOPS, "volunteers-100k"),
    Expected("morning-lantern", "ml-102", TROOPS, "kursk-first-batch"),
    Expected("morning-lantern", "ml-103", RUSSIA, "aurus-gift"),
    Expected("morning-lantern", "ml-109", TROOPS, "casualties-zelensky"),
    Expected("morning-lantern", "ml-110", RUSSIA, "tourism-wonsan"),
    Expected("evening-lantern", "el-2001", TROOPS, "volunteers-100k"),
    Expected("evening-lantern", "el-2002", TROOPS, "casualties-zelensky"),
    Expected("evening-lantern", "el-2003", TROOPS, "kursk-first-batch"),
    Expected("meridian-wire", "tag:meridian-wire.example,2022:w/8801", TROOPS, "volunteers-100k"),
    Expected("meridian-wire", "tag:meridian-wire.example,2022:w/8802", LABOR, "workers-1000-donbas"),
    Expected("meridian-wire", "tag:meridian-wire.example,2022:w/8803", RUSSIA, "recognition"),
    Expected("meridian-wire", "tag:meridian-wire.example,2022:w/8804", RUSSIA, "kyiv-cuts-ties"),
    Expected("meridian-wire", "tag:meridian-wire.example,2022:w/8805", RUSSIA, "shells-purchase"),
    Expected("meridian-wire", "tag:meridian-wire.example,2022:w/8806", RUSSIA, "shells-denial"),
    Expected("meridian-wire", "tag:meridian-wire.example,2022:w/8807", TROOPS, "kursk-first-batch"),
    Expected("meridian-wire", "tag:meridian-wire.example,2022:w/8808", RUSSIA, "treaty-ratified"),
    Expected(
        "meridian-wire", "tag:meridian-wire.example,2022:w/8815", FOREIGN_LABOR, "mariupol-central-asians"
    ),
    Expected("meridian-wire", "tag:meridian-wire.example,2022:w/8818", TROOPS, "kremlin-denial"),
    Expected("yalu-ledger", "yl-0731", LABOR, "workers-1000-donbas"),
    Expected("yalu-ledger", "yl-0732", LABOR, "workers-delay"),
    Expected("yalu-ledger", "yl-0733", LABOR, "ambassador-builders"),
    Expected("yalu-ledger", "yl-0734", RUSSIA, "rajin-trains"),
    Expected("yalu-ledger", "yl-0735", TROOPS, "nk-mfa-troops"),
    Expected("yalu-ledger", "yl-0736", TROOPS, "honours-return"),
    Expected("yalu-ledger", "yl-0737", RUSSIA, "moscow-flight"),
    Expected("yalu-ledger", "yl-0738", TROOPS, "sappers-kursk"),
    Expected("yalu-ledger", "yl-0743", RUSSIA, "oil-port"),
    Expected("yalu-ledger", "yl-0744", TROOPS, "memorial-museum"),
    Expected("orrery-institute", "oi-paper-61", TROOPS, "volunteers-100k"),
    Expected("orrery-institute", "oi-paper-62", LABOR, "analysis-labour"),
    Expected("orrery-institute", "oi-paper-58", RUSSIA, "treaty-signed"),
    Expected("orrery-institute", "oi-paper-55", RUSSIA, "panel-veto"),
    Expected("orrery-institute", "oi-paper-65", TROOPS, "analysis-lessons"),
    Expected(
        "crossroads-digest",
        "https://morning-lantern.example/world/100k-volunteers?utm_source=crossroads&utm_medium=rss",
        TROOPS,
        "volunteers-100k",
    ),
    Expected(
        "crossroads-digest", "https://crossroads-digest.example/p/arms-and-the-man", RUSSIA, "shells-roundup"
    ),
    Expected("crossroads-digest", "cd-summit-photos", RUSSIA, "summit-vostochny"),
    Expected(
        "crossroads-digest",
        "https://crossroads-digest.example/p/where-from?a=1&b=2&c=3",
        TROOPS,
        "volunteers-100k",
    ),
    Expected(
        "crossroads-digest",
        "https://yalu-ledger.example/north-korea/workers-for-donbas?fbclid=IwAR0x&utm_campaign=digest",
        LABOR,
        "workers-1000-donbas",
    ),
    Expected("crossroads-digest", "cd-invitation", RUSSIA, "pyongyang-invitation"),
    Expected(
        "crossroads-digest", "https://crossroads-digest.example/p/two-captured", TROOPS, "prisoners-kursk"
    ),
    Expected(
        "crossroads-digest",
        "https://crossroads-digest.example/p/two-captured?utm_source=newsletter",
        TROOPS,
        "prisoners-kursk",
    ),
    Expected("strezhen-tv", "770101", TROOPS, "volunteers-100k"),
    Expected("strezhen-tv", "770102", LABOR, "ambassador-builders"),
    Expected("strezhen-tv", "770103", RUSSIA, "recognition"),
    Expected("strezhen-tv", "770104", RUSSIA, "putin-pyongyang"),
    Expected("strezhen-tv", "770105", TROOPS, "kremlin-denial"),
    Expected("strezhen-tv", "770105-2", TROOPS, "kremlin-denial"),
    Expected("strezhen-tv", "770106", TROOPS, "gerasimov-confirms"),
    Expected("strezhen-tv", "770107", TROOPS, "sappers-kursk"),
    Expected("strezhen-tv", "770113", RUSSIA, "moscow-flight"),
    Expected("dalnyaya-pristan", "dp-3301", TROOPS, "volunteers-100k"),
    Expected("dalnyaya-pristan", "dp-3302", LABOR, "workers-1000-donbas"),
    Expected("dalnyaya-pristan", "dp-3303", RUSSIA, "labour-primorye"),
    Expected("dalnyaya-pristan", "dp-3304", RUSSIA, "tourism-wonsan"),
    Expected("dalnyaya-pristan", "dp-3305", FOREIGN_LABOR, "mariupol-central-asians"),
    Expected("dalnyaya-pristan", "dp-3308", TROOPS, "kursk-first-batch"),
    Expected("dalnyaya-pristan", "dp-3310", RUSSIA, "tumen-bridge"),
    Expected(
        "dalnyaya-pristan",
        "https://dalnyaya-pristan.example/svet/indiytsy-mariupol",
        FOREIGN_LABOR,
        "indians-mariupol",
    ),
    Expected("dalnyaya-pristan", "dp-3314", LABOR, "pushilin-builders"),
    Expected("azimut", "https://azimut.example/n/90401", LABOR, "ambassador-builders"),
    Expected("azimut", "https://azimut.example/n/90402", TROOPS, "volunteers-100k"),
    Expected("azimut", "https://azimut.example/n/90403", RUSSIA, "lavrov-wonsan"),
    Expected("azimut", "https://azimut.example/n/90404", RUSSIA, "treaty-ratified"),
    Expected("azimut", "https://azimut.example/n/90408", TROOPS, "memorial-museum"),
    Expected("azimut", "https://azimut.example/n/90411", LABOR, "pushilin-builders"),
    Expected("azov-renewal", "ar-51", FOREIGN_LABOR, "indians-mariupol"),
    Expected("azov-renewal", "ar-52", LABOR, "azov-no-koreans"),
    Expected("azov-renewal", "ar-56", FOREIGN_LABOR, "serbian-firm"),
    Expected("podilskyi-obrii", "po-6101", TROOPS, "volunteers-100k"),
    Expected("podilskyi-obrii", "po-6102", LABOR, "workers-1000-donbas"),
    Expected("podilskyi-obrii", "po-6103", RUSSIA, "kyiv-cuts-ties"),
    Expected("podilskyi-obrii", "po-6104", TROOPS, "prisoners-kursk"),
    Expected("podilskyi-obrii", "po-6105", TROOPS, "casualties-zelensky"),
    Expected(
        "podilskyi-obrii",
        "https://podilskyi-obrii.example/svit/uzbeky-mariupol",
        FOREIGN_LABOR,
        "mariupol-central-asians",
    ),
    Expected("podilskyi-obrii", "po-6112", RUSSIA, "shells-containers"),
    Expected("pereveslo", "urn:pereveslo:2-401", TROOPS, "volunteers-100k"),
    Expected("pereveslo", "urn:pereveslo:2-402", TROOPS, "kursk-first-batch"),
    Expected("pereveslo", "urn:pereveslo:2-403", RUSSIA, "recognition"),
    Expected("pereveslo", "urn:pereveslo:2-404", TROOPS, "sappers-kursk"),
    Expected("pereveslo", "urn:pereveslo:2-408", RUSSIA, "drone-workers"),
    Expected("pereveslo", "urn:pereveslo:2-410", TROOPS, "honours-return"),
    Expected("saebyeok-naru", "sn-20881", TROOPS, "volunteers-100k"),
    Expected("saebyeok-naru", "sn-20882", LABOR, "workers-1000-donbas"),
    Expected("saebyeok-naru", "sn-20883", TROOPS, "kursk-first-batch"),
    Expected("saebyeok-naru", "sn-20884", TROOPS, "nis-casualties"),
    Expected("saebyeok-naru", "sn-20890", RUSSIA, "treaty-ratified"),
    Expected("saebyeok-naru", "sn-20888", RUSSIA, "tumen-bridge"),
    Expected("naruteo", "https://naruteo.example/v/5501", TROOPS, "volunteers-100k"),
    Expected("naruteo", "https://naruteo.example/v/5502", LABOR, "workers-1000-donbas"),
    Expected("naruteo", "https://naruteo.example/v/5503", LABOR, "ambassador-builders"),
    Expected("naruteo", "https://naruteo.example/v/5504", TROOPS, "honours-return"),
    Expected("naruteo", "https://naruteo.example/v/5505", TROOPS, "prisoners-kursk"),
    Expected("naruteo", "https://naruteo.example/v/5506", RUSSIA, "putin-pyongyang"),
    Expected("naruteo", "https://naruteo.example/v/5511", RUSSIA, "moscow-flight"),
    Expected("naruteo", "https://naruteo.example/v/5512", TROOPS, "sappers-kursk"),
    Expected("taedong-bulletin", "tb-1", TROOPS, "honours-return"),
    Expected("taedong-bulletin", "tb-2", RUSSIA, "russian-song-troupe"),
    Expected("taedong-bulletin", "tb-3", RUSSIA, "recognition"),
    Expected("taedong-bulletin", "tb-6", RUSSIA, "treaty-ratified"),
)

ONE_ARTICLE: tuple[frozenset[tuple[str, str]], ...] = (
    frozenset(
        {
            ("morning-lantern", "ml-101"),
            (
                "crossroads-digest",
                "https://morning-lantern.example/world/100k-volunteers?utm_source=crossroads&utm_medium=rss",
            ),
        }
    ),
    frozenset(
        {
            ("yalu-ledger", "yl-0731"),
            (
                "crossroads-digest",
                "https://yalu-ledger.example/north-korea/workers-for-donbas?fbclid=IwAR0x&utm_campaign=digest",
            ),
        }
    ),
    frozenset(
        {
            ("crossroads-digest", "https://crossroads-digest.example/p/two-captured"),
            ("crossroads-digest", "https://crossroads-digest.example/p/two-captured?utm_source=newsletter"),
        }
    ),
    frozenset({("strezhen-tv", "770105"), ("strezhen-tv", "770105-2")}),
    frozenset({("azimut", "https://azimut.example/n/90411"), ("dalnyaya-pristan", "dp-3314")}),
)
"""Entries, as (feed, key), whose links differ in tracking parameters only: the first to come is kept."""
