#include "parties/population.h"

#include "parties/national_id.h"
#include "parties/organisation_number.h"
#include "parties/population_words.h"

namespace alting::parties {
namespace {

// xorshift64*: the population must be the same everywhere, whatever the standard library.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 0x1234567) {}
  std::size_t below(std::size_t limit) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<std::size_t>((state_ * 0x2545f4914f6cdd1dULL) >> 33) % limit;
  }
  template <class T, std::size_t N>
  const T& of(const std::array<T, N>& all) {
    return all[below(N)];
  }

 private:
  std::uint64_t state_;
};

struct Date {
  int year, month, day;
};

// What few units have: a parent, or a number that is known elsewhere.
struct UnitExtras {
  std::string parent = {}, number = {};
  bool sub_unit = false;
};

class Maker {
 public:
  explicit Maker(std::uint64_t seed, std::uint64_t first_number = 31'410'000)
      : dice_(seed), next_organisation_(first_number) {}

  Population out;

  std::string national_id(Date birth, bool d_number = false) {
    for (int tries = 0;; ++tries) {
      const auto nine = fmt::format("{:02}{:02}{:02}{:03}", birth.day + (d_number ? 40 : 0), birth.month + 80,
                                    birth.year % 100, dice_.below(1000));
      const auto digits = national_id_check_digits(nine);
      if (!digits) continue;
      auto number = nine + digits->first + digits->second;
      if (taken_.insert(number).second) return number;
      if (tries > 5000) throw std::logic_error("no national id is left for a day");
    }
  }

  std::string organisation_number() {
    for (;;) {
      const auto eight = fmt::format("{:08}", next_organisation_++);
      if (const auto digit = organisation_number_check_digit(eight)) return eight + *digit;
    }
  }

  Date birth(int from, int to) {
    return {from + static_cast<int>(dice_.below(static_cast<std::size_t>(to - from + 1))),
            1 + static_cast<int>(dice_.below(12)), 1 + static_cast<int>(dice_.below(28))};
  }

  std::optional<Address> address() {
    const auto& place = dice_.of(places);
    return Address{{fmt::format("{} {}", dice_.of(streets), 1 + dice_.below(120))},
                   std::string(place.code),
                   std::string(place.name),
                   std::string(place.municipality),
                   "Norge"};
  }

  // The last one added; references into the vector do not live past the next.
  PopulationPerson& person(std::string first, std::string last, Date birth, bool d_number = false) {
    PopulationPerson person;
    person.national_id = national_id(birth, d_number);
    auto& answer = person.register_answer;
    answer.first_name = std::move(first);
    answer.last_name = std::move(last);
    answer.birth_date = fmt::format("{:04}-{:02}-{:02}", birth.year, birth.month, birth.day);
    answer.status = d_number ? "midlertidig" : "bosatt";
    answer.address = address();
    answer.source = "folkeregisteret:local";
    person.email = fmt::format("{}.{}@eksempel.example", ascii(answer.first_name), ascii(answer.last_name));
    person.mobile = fmt::format("+47{}", 40'000'000 + dice_.below(9'999'999));
    person.language = dice_.below(5) == 0 ? "nn" : "nb";
    out.persons.push_back(std::move(person));
    return out.persons.back();
  }

  PopulationPerson& random_person(int from, int to, bool d_number = false) {
    for (;;) {
      std::string first(dice_.of(adjectives)), last(dice_.of(nouns));
      if (names_.insert(first + last).second) return person(first, last, birth(from, to), d_number);
    }
  }

  std::string unit(std::string name, std::string_view form, UnitExtras extras = {}) {
    PopulationUnit unit;
    auto& organisation = unit.organisation;
    organisation.party.name = std::move(name);
    organisation.party.organisation_number = extras.number.empty() ? organisation_number() : std::move(extras.number);
    organisation.party.organisation_form = form;
    organisation.business_address = address();
    const auto& industry = dice_.of(industries);
    organisation.industry_code = industry.code;
    organisation.industry_text = industry.text;
    organisation.sector_code = "2100";
    organisation.sector_text = "Private aksjeselskaper mv.";
    organisation.email = fmt::format("post@{}.example", ascii(organisation.party.name));
    organisation.phone = fmt::format("{}", 21'000'000 + dice_.below(70'000'000));
    if (form != "ENK") organisation.employees = 5 + static_cast<std::int64_t>(dice_.below(120));
    organisation.registered_on =
        fmt::format("{:04}-{:02}-{:02}", 1996 + dice_.below(28), 1 + dice_.below(12), 1 + dice_.below(28));
    unit.parent_number = std::move(extras.parent);
    unit.sub_unit = extras.sub_unit;
    auto result = organisation.party.organisation_number;
    out.units.push_back(std::move(unit));
    return result;
  }

  PopulationUnit& unit_of(std::string_view number) {
    return *std::find_if(out.units.begin(), out.units.end(),
                         [&](const auto& unit) { return unit.organisation.party.organisation_number == number; });
  }

  void role(const std::string& organisation, std::string_view code, const std::string& holder) {
    out.roles.push_back({organisation, std::string(code), holder});
  }

  std::string business_name(std::string_view ending) {
    for (;;) {
      auto name = fmt::format("{} {}{}{}", dice_.of(adjectives), dice_.of(nouns), ending.empty() ? "" : " ", ending);
      if (names_.insert(name).second) return name;
    }
  }

  const std::string& anyone() {  // a living adult without a story
    for (;;) {
      const auto& person = out.persons[dice_.below(out.persons.size())];
      if (person.story.empty() && person.register_answer.status != "doed" && person.register_answer.birth_date < "2006")
        return person.national_id;
    }
  }

  Dice& dice() { return dice_; }

 private:
  static std::string ascii(std::string_view text) {
    std::string out_text;
    for (const char c : text) {
      if (c >= 'A' && c <= 'Z')
        out_text += static_cast<char>(c - 'A' + 'a');
      else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        out_text += c;
      else if (static_cast<unsigned char>(c) == 0xc3)
        out_text += 'o';  // æ, ø, å: one letter for each
    }
    return out_text.substr(0, 40);
  }

  Dice dice_;
  std::uint64_t next_organisation_;
  std::set<std::string> taken_, names_;
};

// NOLINTNEXTLINE(modernize-use-nodiscard): some stories need no role
std::string known(Maker& maker, std::string_view story, std::string first, std::string last, Date birth,
                  bool d_number = false) {
  auto& person = maker.person(std::move(first), std::move(last), birth, d_number);
  person.story = story;
  return person.national_id;
}

// Who the login page offers, and the businesses of their stories.
void make_stories(Maker& maker) {
  const auto manager = known(maker, "manager", "Modig", "Måltrost", {1978, 4, 12});
  known(maker, "employee", "Stille", "Elvebredd", {1991, 9, 3});
  const auto chair = known(maker, "chair", "Myndig", "Mårhund", {1965, 1, 25});
  const auto board_member = known(maker, "board_member", "Rolig", "Brisling", {1972, 11, 8});
  const auto accountant = known(maker, "accountant", "Ordentlig", "Kontrabass", {1983, 6, 17});
  const auto auditor = known(maker, "auditor", "Presis", "Piggsvin", {1969, 2, 2});
  const auto caseworker = known(maker, "caseworker", "Klok", "Kattugle", {1986, 8, 30});
  const auto second = known(maker, "second_caseworker", "Grundig", "Grevling", {1979, 12, 5});
  known(maker, "private_person", "Glad", "Havørn", {1998, 3, 21});
  const auto two = known(maker, "two_companies", "Travel", "Tiur", {1988, 5, 14});
  const auto owner = known(maker, "sole_proprietor", "Varsom", "Vipe", {1994, 7, 7});
  const auto foreign = known(maker, "foreign_worker", "Fjern", "Fiskeørn", {1990, 10, 19}, true);
  const auto trustee = known(maker, "bankruptcy_trustee", "Rettferdig", "Rødstrupe", {1961, 3, 30});
  known(maker, "dead", "Savnet", "Storlom", {1938, 2, 11});
  for (auto& person : maker.out.persons) {
    if (person.story == "sole_proprietor") person.grading = "strengtFortrolig";
    if (person.story == "dead") person.register_answer.status = "doed";
    if (person.story == "foreign_worker") person.email_age_days = 600;
    person.register_answer.is_protected = !is_open_grading(person.grading);
    if (person.register_answer.is_protected || person.register_answer.dead()) person.register_answer.address.reset();
  }

  const auto fjord = maker.unit("Fjord og Fjell AS", "AS");
  maker.unit("Fjord og Fjell AS avd Bergen", "BEDR", {.parent = fjord, .sub_unit = true});
  maker.unit("Fjord og Fjell AS avd Tromsø", "BEDR", {.parent = fjord, .sub_unit = true});
  const auto accounting = maker.unit("Sirlig Regnskap AS", "AS");
  const auto audit = maker.unit("Vaken Revisjon AS", "AS");
  const auto orchard = maker.unit("Ekte Eplehage AS", "AS");
  const auto meadow = maker.unit("Lys Løkke AS", "AS");
  const auto coffee = maker.unit("Kjapp Kaffebar", "ENK");
  const auto studio = maker.unit("Varsom Vipe Keramikk", "ENK");
  const auto bankrupt = maker.unit("Skjør Skute AS", "AS");
  const auto estate = maker.unit("Skjør Skute AS konkursbo", "KBO");
  maker.unit_of(bankrupt).organisation.party.bankrupt = true;

  for (const auto& [unit, code, holder] :
       std::initializer_list<std::tuple<std::string, std::string_view, std::string>>{{fjord, "DAGL", manager},
                                                                                     {fjord, "LEDE", chair},
                                                                                     {fjord, "MEDL", board_member},
                                                                                     {fjord, "REGN", accounting},
                                                                                     {fjord, "REVI", audit},
                                                                                     {accounting, "DAGL", accountant},
                                                                                     {audit, "DAGL", auditor},
                                                                                     {orchard, "DAGL", chair},
                                                                                     {orchard, "REGN", accounting},
                                                                                     {meadow, "DAGL", two},
                                                                                     {meadow, "LEDE", two},
                                                                                     {meadow, "REGN", accounting},
                                                                                     {coffee, "INNH", two},
                                                                                     {studio, "INNH", owner},
                                                                                     {bankrupt, "DAGL", foreign},
                                                                                     {bankrupt, "LEDE", foreign},
                                                                                     {estate, "BOBE", trustee},
                                                                                     {estate, "KDEB", bankrupt}})
    maker.role(unit, code, holder);

  const auto agency = maker.unit("Datatilsynet", "ORGL", {.number = "974761467"});
  for (const auto& holder : {caseworker, second}) maker.out.agency_staff.push_back({agency, "SAKSB", holder});
  maker.role(agency, "DAGL", second);
}

void make_persons(Maker& maker) {
  for (int i = 0; i < 240; ++i) maker.random_person(1942, 2005);
  for (int i = 0; i < 20; ++i) maker.random_person(2010, 2022);  // minors
  for (int i = 0; i < 12; ++i) maker.random_person(1960, 2002, true);
  for (int i = 0; i < 8; ++i) {
    auto& answer = maker.random_person(1925, 1975).register_answer;
    answer.status = "doed";
    answer.address.reset();
  }
  constexpr std::array<const char*, 4> gradings{"fortrolig", "strengtFortrolig", "klientadresse", "nyGradering"};
  for (const auto* grading : gradings) {
    auto& person = maker.random_person(1970, 2000);
    person.grading = grading;
    person.register_answer.is_protected = true;
    person.register_answer.address.reset();
  }
  auto& persons = maker.out.persons;
  for (std::size_t i = 14; i < persons.size(); ++i) {  // after the well-known ones
    if (i % 17 == 0) persons[i].reserved = true;
    if (i % 11 == 0) persons[i].email_age_days = 600;
    if (i % 13 == 0) persons[i].mobile_age_days = 700;
    if (i % 19 == 0) persons[i].mobile.clear();
    if (i % 29 == 0) persons[i].email.clear();
    if (i % 23 == 0 && !persons[i - 1].email.empty()) {
      persons[i].email = persons[i - 1].email;
      persons[i].email_shared = persons[i - 1].email_shared = true;
    }
  }
}

// Addresses for official notices (enhetsregisterforskriften § 8 a): of most main units one, of some two or none; of
// sub-units seldom any, for then the main unit's are used.
void make_official_addresses(Maker& maker) {
  auto& units = maker.out.units;
  for (std::size_t i = 0; i < units.size(); ++i) {
    auto& unit = units[i];
    const auto& party = unit.organisation.party;
    const auto domain = unit.organisation.email.substr(unit.organisation.email.find('@') + 1);
    if (party.deleted) continue;
    if (unit.sub_unit) {
      if (party.name.ends_with("Tromsø")) unit.official_emails = {"tromso@" + domain};
    } else if (party.name == "Lys Løkke AS") {
      unit.waiting_emails = {"varsel@" + domain};
    } else if (party.name != "Kjapp Kaffebar" && (i < 12 || i % 9 != 0)) {
      unit.official_emails = {"varsel@" + domain};
      if (party.name == "Ekte Eplehage AS" || i % 7 == 0) unit.official_emails.push_back("daglig.leder@" + domain);
      if (i % 3 == 0) unit.official_mobiles = {fmt::format("+47{}", 90'000'000 + i)};
    }
  }
}

// One business of each form, with the roles that form has.
void make_every_form(Maker& maker) {
  for (const auto& form : forms) {
    const auto number = maker.unit(maker.business_name(form.ending), form.code);
    auto& unit = maker.unit_of(number);
    unit.organisation.sector_text = form.code == "KOMM" ? "Kommuneforvaltningen" : unit.organisation.sector_text;
    std::string_view codes = form.roles;
    while (!codes.empty()) {
      const auto end = std::min(codes.find(' '), codes.size());
      maker.role(number, codes.substr(0, end), maker.anyone());
      codes.remove_prefix(std::min(end + 1, codes.size()));
    }
    if (form.code != "KOMM") continue;
    const auto school_board = maker.unit(maker.business_name("kommune oppvekst"), "ORGL", {.parent = number});
    maker.role(school_board, "DAGL", maker.anyone());
    for (const auto* name : {"barnehage", "skole", "ungdomsskole"})
      maker.unit(maker.business_name(name), "BEDR", {.parent = school_board, .sub_unit = true});
  }
}

void make_businesses(Maker& maker) {
  const auto accountant = maker.unit(maker.business_name("Regnskap AS"), "AS");
  const auto auditor = maker.unit(maker.business_name("Revisjon AS"), "AS");
  const auto housing = maker.unit(maker.business_name("Boligforvaltning AS"), "AS");
  for (const auto& firm : {accountant, auditor, housing}) maker.role(firm, "DAGL", maker.anyone());
  for (int i = 0; i < 24; ++i) {
    const auto number = maker.unit(maker.business_name("AS"), "AS");
    maker.role(number, "DAGL", maker.anyone());
    maker.role(number, "LEDE", maker.anyone());
    maker.role(number, "MEDL", maker.anyone());
    if (i % 2 == 0) maker.role(number, "REGN", accountant);
    if (i % 3 == 0) maker.role(number, "REVI", auditor);
    if (i % 4 == 0)
      maker.unit(maker.unit_of(number).organisation.party.name + " avd Sør", "BEDR",
                 {.parent = number, .sub_unit = true});
    if (i == 5 || i == 11) maker.unit_of(number).organisation.party.deleted = true;
    if (i == 7) maker.unit_of(number).organisation.party.bankrupt = true;
  }
  const auto housing_society = maker.unit(maker.business_name("Borettslag"), "BRL");
  maker.role(housing_society, "FFØR", housing);
  maker.role(housing_society, "LEDE", maker.anyone());
  const auto long_name = maker.unit(
      "Interesseforeningen for bevaring, tilgjengeliggjøring og allmennyttig formidling av kystkulturens bruksbåter, "
      "naust og "
      "fiskeværstradisjoner i Ytre Nordfjordeidfjellsgrenda med tilliggende øyer, holmer og skjær",
      "FLI");
  maker.role(long_name, "LEDE", maker.anyone());
}

}  // namespace

Population make_population(std::uint64_t seed) {
  Maker maker(seed);
  make_stories(maker);
  make_persons(maker);
  make_every_form(maker);
  make_businesses(maker);
  make_official_addresses(maker);
  return std::move(maker.out);
}

std::vector<DemoPerson> demo_people() {
  std::vector<DemoPerson> people;
  for (const auto& person : make_population().persons)
    if (!person.story.empty()) people.push_back({person.national_id, person.register_answer.full_name(), person.story});
  return people;
}

std::string add_accountant(Population& population, int clients, std::uint64_t seed) {
  Maker maker(seed, 20'000'000 + seed * 1'000'000);
  const auto manager = maker.random_person(1970, 1990).national_id;
  const auto firm = maker.unit(fmt::format("Regnskapsfirma {} AS", seed), "AS");
  maker.role(firm, "DAGL", manager);
  for (int i = 0; i < clients; ++i)
    maker.role(maker.unit(fmt::format("{} {} {} AS", maker.dice().of(adjectives), maker.dice().of(nouns), i), "AS"),
               "REGN", firm);
  const auto move_all = [](auto& from, auto& to) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  move_all(maker.out.persons, population.persons);
  move_all(maker.out.units, population.units);
  move_all(maker.out.roles, population.roles);
  return manager;
}

}  // namespace alting::parties
