// The words the test population is made of. All persons and businesses are invented.
#pragma once
#include <array>
#include <string_view>

namespace alting::parties {

inline constexpr std::array<std::string_view, 56> adjectives{
    "Tapper",    "Lystig",     "Spretten", "Dristig",   "Munter",    "Sindig",   "Våken",   "Kvikk",
    "Vennlig",   "Tålmodig",   "Ivrig",    "Lun",       "Skarp",     "Mild",     "Rask",    "Stolt",
    "Høflig",    "Nysgjerrig", "Ærlig",    "Solid",     "Frisk",     "Trofast",  "Ydmyk",   "Snill",
    "Oppvakt",   "Flittig",    "Fredelig", "Smidig",    "Beskjeden", "Lydhør",   "Hendig",  "Artig",
    "Blid",      "Djerv",      "Ekte",     "Fargerik",  "Gavmild",   "Hjelpsom", "Jovial",  "Kjekk",
    "Lettbeint", "Målrettet",  "Nøktern",  "Omtenksom", "Pålitelig", "Raus",     "Sjenert", "Tenksom",
    "Uredd",     "Verdig",     "Yndig",    "Åpen",      "Øm",        "Allsidig", "Bestemt", "Drømmende"};
inline constexpr std::array<std::string_view, 64> nouns{
    "Fjellrev",  "Blåbær",    "Granbar",     "Havbris",  "Isbre",     "Kornåker", "Lavvo",       "Multe",
    "Nordlys",   "Ospetre",   "Pilegrim",    "Rype",     "Sekkepipe", "Tindved",  "Ulltøy",      "Vadested",
    "Åkerrikse", "Ørret",     "Bjørkeved",   "Dompap",   "Einstape",  "Fiolin",   "Gaupe",       "Hengebru",
    "Istapp",    "Jerv",      "Kobberkjele", "Lomvi",    "Mose",      "Naust",    "Orgel",       "Pukkellaks",
    "Rogn",      "Skjærgård", "Trost",       "Utsikt",   "Villsau",   "Ærfugl",   "Øyenstikker", "Båtstø",
    "Dal",       "Elg",       "Fossekall",   "Gjøk",     "Hare",      "Kveite",   "Lerke",       "Makrell",
    "Nype",      "Oter",      "Padde",       "Reinsdyr", "Svale",     "Tranebær", "Uggla",       "Vindu",
    "Anorakk",   "Brygge",    "Demning",     "Eikenøtt", "Fløyte",    "Gressløk", "Hyllebær",    "Krystall"};
inline constexpr std::array<std::string_view, 14> streets{
    "Tyttebærveien", "Måkesvingen", "Storgata", "Kirkeveien", "Fjordgata",    "Granstubben", "Elvebakken",
    "Skolebakken",   "Havnegata",   "Solsiden", "Bekkefaret", "Torvmyrveien", "Fyrlykta",    "Naustvegen"};
struct Place {
  std::string_view code, name, municipality;
};
inline constexpr std::array<Place, 10> places{{{"0155", "OSLO", "OSLO"},
                                               {"5003", "BERGEN", "BERGEN"},
                                               {"7010", "TRONDHEIM", "TRONDHEIM - TRÅANTE"},
                                               {"4006", "STAVANGER", "STAVANGER"},
                                               {"9008", "TROMSØ", "TROMSØ"},
                                               {"8006", "BODØ", "BODØ"},
                                               {"6800", "FØRDE", "SUNNFJORD"},
                                               {"2317", "HAMAR", "HAMAR"},
                                               {"4611", "KRISTIANSAND S", "KRISTIANSAND"},
                                               {"9730", "KARASJOK", "KÁRÁŠJOHKA - KARASJOK"}}};
struct Industry {
  std::string_view code, text;
};
inline constexpr std::array<Industry, 8> industries{{{"62.010", "Programmeringstjenester"},
                                                     {"69.201", "Regnskap og bokføring"},
                                                     {"56.101", "Drift av restauranter og kafeer"},
                                                     {"86.210", "Allmenn legetjeneste"},
                                                     {"47.110", "Butikkhandel med bredt vareutvalg"},
                                                     {"49.410", "Godstransport på vei"},
                                                     {"85.201", "Ordinær grunnskoleundervisning"},
                                                     {"94.991", "Aktiviteter i andre interesseorganisasjoner"}}};
// Every organisation form of Enhetsregisteret, the ending of its names, and roles that occur in it. Together they hold
// every role code.
struct Form {
  std::string_view code, ending, roles;
};
inline constexpr std::array<Form, 50> forms{{{"AS", "AS", "DAGL LEDE NEST MEDL VARA SIGN PROK STFT"},
                                             {"ASA", "ASA", "DAGL LEDE NEST MEDL OBS SIFE POHV"},
                                             {"ENK", "", "INNH KONT"},
                                             {"ANS", "ANS", "DTSO DTSO SIHV"},
                                             {"DA", "DA", "DTPR DTPR POFE"},
                                             {"KS", "KS", "KOMP LEDE"},
                                             {"NUF", "NUF", "REPR KNUF"},
                                             {"FLI", "Idrettslag", "LEDE NEST MEDL VARA MVAU MVAG"},
                                             {"BRL", "Borettslag", "LEDE MEDL FFØR"},
                                             {"ESEK", "Sameie", "LEDE MEDL SAM"},
                                             {"KOMM", "kommune", "DAGL LEDE KOMK"},
                                             {"FYLK", "fylkeskommune", "DAGL LEDE KONT"},
                                             {"STAT", "departement", "DAGL KONT"},
                                             {"ORGL", "etat", "DAGL KONT"},
                                             {"ADOS", "forvaltning", "KEMN"},
                                             {"STI", "Stiftelse", "DAGL LEDE MEDL"},
                                             {"SA", "SA", "DAGL LEDE MEDL"},
                                             {"BA", "BA", "LEDE AVKL"},
                                             {"IKS", "IKS", "DAGL LEDE"},
                                             {"KF", "KF", "DAGL LEDE"},
                                             {"FKF", "FKF", "DAGL LEDE"},
                                             {"SF", "SF", "DAGL LEDE"},
                                             {"SÆR", "Institutt", "DAGL LEDE"},
                                             {"SPA", "Sparebank", "DAGL LEDE ESGR ETDL"},
                                             {"PRE", "Partrederi", "BEST"},
                                             {"SAM", "Tingsrettslig Sameie", "SAM"},
                                             {"KBO", "konkursbo", "BOBE"},
                                             {"BO", "dødsbo", "BOBE"},
                                             {"KIRK", "sokn", "DAGL LEDE"},
                                             {"ANNA", "Lag", "KONT"},
                                             {"BBL", "Boligbyggelag", "DAGL LEDE"},
                                             {"EOFG", "EØFG", "DAGL"},
                                             {"GFS", "Gjensidige", "DAGL LEDE"},
                                             {"IKJP", "Arbeidsfellesskap", "KONT"},
                                             {"PK", "Pensjonskasse", "DAGL LEDE"},
                                             {"VPFO", "Verdipapirfond", "KONT"},
                                             {"TVAM", "MVA", "KONT"},
                                             {"UTLA", "Ltd", "KONT"},
                                             {"SE", "SE", "DAGL LEDE"},
                                             {"OPMV", "avdeling mva", "KONT"},
                                             {"KTRF", "Kontorfellesskap", "KONT"},
                                             {"VIFE", "Fellesdrift", "KONT"},
                                             {"UTBG", "Utleiebygg", "KONT"},
                                             {"IS", "Indre selskap", "KONT"},
                                             {"NOKUS", "NOKUS", "KONT"},
                                             {"UTLANS", "Partnership", "KONT"},
                                             {"PERS", "Praksis", "SREVA"},
                                             {"REV", "Revisor", "SREVA"},
                                             {"AAFY", "Forretningsenhet", "KONT"},
                                             {"PART", "parti", "HLED HNST HMDL HVAR"}}};

}  // namespace alting::parties
