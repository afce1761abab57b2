#include "parties/import.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "base/text.h"
#include "parties/organisation_number.h"
#include "parties/register_facts.h"
#include "parties/testing/test_registers.h"
#include "store/row_reader.h"

namespace alting::parties {
namespace {

using testing::TestRegisters;

std::string number_at(std::uint64_t place) {  // synthetic, one for each place
  for (std::uint64_t eight = 20'500'000 + place * 7;; ++eight) {
    const auto text = std::to_string(eight);
    if (const auto digit = organisation_number_check_digit(text)) return text + *digit;
  }
}
std::string unit(std::uint64_t place, std::string_view name) {
  return fmt::format(
      R"({{"organisasjonsnummer": "{}", "navn": "{}", "organisasjonsform": {{"kode": "AS"}}, "forretningsadresse": {{"adresse": ["Storgata 1"], "postnummer": "0155", "poststed": "OSLO", "kommune": "OSLO", "land": "Norge"}}, "naeringskode1": {{"kode": "62.010", "beskrivelse": "Programmering"}}, "konkurs": false, "respons_klasse": "Enhet"}})",
      number_at(place), name);
}
std::string units(std::uint64_t count) {
  std::string text = "[";
  for (std::uint64_t i = 0; i < count; ++i) text += (i == 0 ? "" : ", ") + unit(i, fmt::format("Enhet {} AS", i));
  return text + "]";
}
ByteSource source_of(std::string text, std::size_t piece = 1000) {
  auto at = std::make_shared<std::size_t>(0);
  return [text = std::move(text), at, piece]() -> base::Result<base::Bytes> {
    const auto part = text.substr(*at, piece);
    *at += part.size();
    return part;
  };
}
std::string gzip(const std::string& text) {
  z_stream state{};
  deflateInit2(&state, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 1000, '\0');
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  state.avail_in = static_cast<uInt>(text.size());
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  deflate(&state, Z_FINISH);
  out.resize(state.total_out);
  deflateEnd(&state);
  return out;
}

ImportOptions options_of(std::string name) {
  ImportOptions options;
  options.source_name = std::move(name);
  return options;
}

class ImportOn : public ::testing::TestWithParam<store::Engine> {
 protected:
  TestRegisters registers{GetParam(), false};
  base::Result<ImportResult> run(std::string text, ImportOptions options = options_of("test")) {
    return import_enhetsregisteret(*registers.registry, source_of(std::move(text)), options);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ImportOn, store::testing::engines(), store::testing::engine_name);

TEST_P(ImportOn, TakesUnitsAndTheirSubUnits) {
  const auto done = run(units(5));
  ASSERT_TRUE(done) << done.error().code << " " << done.error().detail;
  EXPECT_EQ(done->kind, ImportKind::units);
  EXPECT_EQ(done->stored, 5);
  EXPECT_TRUE(done->complete);
  const auto sub = fmt::format(
      R"([{{"organisasjonsnummer": "{}", "navn": "Enhet 0 AS avd Vest", "organisasjonsform": {{"kode": "BEDR"}}, "overordnetEnhet": "{}", "respons_klasse": "Underenhet"}}])",
      number_at(900), number_at(0));
  ASSERT_TRUE(run(sub));
  const auto main_unit = registers.find_organisation(number_at(0));
  ASSERT_TRUE(main_unit);
  EXPECT_EQ(main_unit->name, "Enhet 0 AS");
  ASSERT_EQ(registers.sub_units(main_unit->id).size(), 1u);
  EXPECT_EQ(registers.sub_units(main_unit->id)[0].name, "Enhet 0 AS avd Vest");
}

TEST_P(ImportOn, ReadsGzipToo) {
  const auto done = run(gzip(units(300)));
  ASSERT_TRUE(done) << done.error().code;
  EXPECT_EQ(done->stored, 300);
}

TEST_P(ImportOn, AFaultHasItsPositionAndTheRestGoesOn) {
  const auto text =
      "[" + unit(1, "God AS") +
      R"(,{"organisasjonsnummer": "123456789", "navn": "Feil"},{"organisasjonsnummer": 5},{"a":1,"a":2},)" +
      unit(2, "Også god AS") + "]";
  const auto done = run(text);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->elements, 5);
  EXPECT_EQ(done->stored, 2);
  EXPECT_EQ(done->faults, 3);
  ASSERT_EQ(done->first_faults.size(), 3u);
  EXPECT_EQ(done->first_faults[0].element, 2);
  EXPECT_EQ(done->first_faults[0].code, "error.organisation_number.check_digit");
  EXPECT_EQ(done->first_faults[0].offset, static_cast<std::int64_t>(unit(1, "God AS").size()) + 2);
}

TEST_P(ImportOn, ABrokenFileIsRefusedAndChangesNothingInUse) {
  ASSERT_TRUE(run(units(4)));
  for (const auto& [text, code] : std::vector<std::pair<std::string, std::string>>{
           {units(3).substr(0, 900), "error.import.truncated"},
           {"[1, 2]", "error.import.unknown_kind"},
           {"", "error.import.unknown_kind"},
           {"hei", "error.import.unknown_kind"},
           {units(3) + "x", "error.import.not_an_array"},
           {gzip(units(100)).substr(0, 700), "error.import.truncated"},
           {"[{\"organisasjonsnummer\": \"\", \"organisasjonsform\": {}, \"x\": \"" + std::string(1'200'000, 'x') +
                "\"}]",
            "error.import.element_too_large"}}) {
    const auto refused = run(text, options_of(code));
    ASSERT_FALSE(refused) << code;
    EXPECT_EQ(refused.error().code, code) << text.substr(0, 60);
  }
  EXPECT_EQ(run("[" + unit(1, "Bare en AS") + "]", options_of("liten")).error().code, "error.import.shrunk");
  registers.registry->reload();
  EXPECT_EQ(registers.find_organisation(number_at(1))->name, "Enhet 1 AS");
}

TEST_P(ImportOn, AnInterruptedImportGoesOnFromItsLastChunk) {
  ImportOptions options = options_of("stor");
  int chunks = 0;
  options.progress = [&](const ImportProgress&) { return ++chunks < 3; };
  const auto stopped = run(units(400), options);
  ASSERT_TRUE(stopped);
  EXPECT_FALSE(stopped->complete);
  EXPECT_FALSE(registers.find_organisation(number_at(1)));
  const auto done = run(units(400), options_of("stor"));
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->complete);
  EXPECT_EQ(done->resumed_from, stopped->elements);
  EXPECT_GT(done->resumed_from, 0);
  EXPECT_EQ(done->generation, stopped->generation);
  EXPECT_EQ(done->stored, 400);
  EXPECT_EQ(registers.registry->graph().read([](const GraphData& graph) { return graph.size(); }), 400u);
}

TEST_P(ImportOn, AUnitThatIsNoLongerThereIsStruckOffAndOthersKeepTheirParty) {
  ASSERT_TRUE(run(units(4)));
  const auto before = registers.find_organisation(number_at(2))->id;
  const auto text = "[" + unit(0, "Nytt navn AS") + "," + base::replace_all(unit(1, "Enhet 1 AS"), "false", "true") +
                    "," + unit(2, "Enhet 2 AS") + "]";
  const auto done = run(text, options_of("neste"));
  ASSERT_TRUE(done) << done.error().code;
  EXPECT_EQ(done->struck_off, 1);
  EXPECT_EQ(registers.find_organisation(number_at(0))->name, "Nytt navn AS");
  EXPECT_EQ(registers.find_organisation(number_at(2))->id, before);
  EXPECT_TRUE(registers.find_organisation(number_at(3))->deleted);
  EXPECT_FALSE(registers.find_organisation(number_at(2))->deleted);
  EXPECT_TRUE(registers.find_organisation(number_at(1))->bankrupt);
  const auto generations = [&] {
    return registers.temp.database().read([](store::Tx& tx) {
      return store::read_one<std::int64_t>(tx, "SELECT COUNT(DISTINCT generation) FROM organisation");
    });
  };
  EXPECT_EQ(generations(), 2) << "sweeping is a job of its own, after what is decided by";
  EXPECT_GT(sweep_registers(registers.temp.database()), 0);
  EXPECT_EQ(generations(), 1);
  EXPECT_EQ(sweep_registers(registers.temp.database()), 0);
  EXPECT_TRUE(registers.find_organisation(number_at(0)));
}

TEST_P(ImportOn, MemoryFollowsWhatIsInUseAlsoWhenAnotherSwitchedItOn) {
  EXPECT_FALSE(follow_registers(*registers.registry));
  ASSERT_TRUE(registers.temp.database().write([](store::Tx& tx) -> base::Result<int> {
    tx.run("UPDATE party_sequence SET next = next + 1 WHERE name = 'switch'");
    return 0;
  }));
  EXPECT_TRUE(follow_registers(*registers.registry));
  EXPECT_FALSE(follow_registers(*registers.registry));
}

TEST_P(ImportOn, OpenRoleDataGivesNobodyAnything) {
  ASSERT_TRUE(run(units(2)));
  const auto roles = fmt::format(
      R"([{{"organisasjonsnummer": "{}", "rollegrupper": [{{"type": {{"kode": "DAGL"}}, "roller": [
          {{"type": {{"kode": "DAGL"}}, "person": {{"fodselsdato": "1985-03-20", "navn": {{"fornavn": "Modig", "etternavn": "Måltrost"}}, "erDoed": false}}, "fratraadt": false}},
          {{"type": {{"kode": "DAGL"}}, "person": {{"navn": {{"fornavn": "Gått", "etternavn": "Av"}}}}, "fratraadt": true}},
          {{"type": {{"kode": "REGN"}}, "enhet": {{"organisasjonsnummer": "{}"}}}}]}}]}}])",
      number_at(0), number_at(1));
  const auto done = run(roles);
  ASSERT_TRUE(done) << done.error().code;
  EXPECT_EQ(done->kind, ImportKind::open_roles);
  EXPECT_EQ(done->stored, 2);
  EXPECT_TRUE(registers.registry->roles_in(registers.find_organisation(number_at(0))->id).empty());
  registers.temp.database().read([](store::Tx& tx) {
    EXPECT_EQ(store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM open_role WHERE holder_name = 'Modig Måltrost'"),
              1);
    EXPECT_EQ(store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM role_fact"), 0);
  });
}

TEST_P(ImportOn, RoleFactsWithIdentityGiveRolesAndFaultsDoNotRepeatNumbers) {
  ASSERT_TRUE(run(units(2)));
  const auto person = make_population().persons.front();
  const auto text = fmt::format(
      "organisasjonsnummer;rolle;identifikator;navn\n{};DAGL;{};Modig "
      "Måltrost\n{};REGN;{};\n{};TULL;{};\n{};DAGL;20036914700;\n{};DAGL;x;\n{};DAGL;\"{};Modig\n",
      number_at(0), person.national_id, number_at(0), number_at(1), number_at(0), person.national_id, number_at(0),
      number_at(0), number_at(0), person.national_id);
  const auto done = run(text);
  ASSERT_TRUE(done) << done.error().code;
  EXPECT_EQ(done->kind, ImportKind::role_identities);
  EXPECT_EQ(done->stored, 2);
  EXPECT_EQ(done->faults, 4);
  EXPECT_EQ(done->first_faults.back().code, "error.import.quote");
  for (const auto& fault : done->first_faults) EXPECT_EQ(fault.message.find("20036914700"), std::string::npos);
  const auto roles = registers.registry->roles_in(registers.find_organisation(number_at(0))->id);
  ASSERT_EQ(roles.size(), 2u);
  EXPECT_EQ(registers.registry->find(roles[0].holder)->name, "Modig Måltrost");
  EXPECT_EQ(roles[1].role, "REGN");
}

TEST_P(ImportOn, RolesOfAUnitThatIsStruckOffStayAsTheyWereAndOthersGoWithTheFile) {
  ASSERT_TRUE(run(units(3)));
  const auto person = make_population().persons.front();
  const auto line = [&](std::uint64_t place) {
    return fmt::format("{};DAGL;{};Modig\n", number_at(place), person.national_id);
  };
  const std::string heading = "organisasjonsnummer;rolle;identifikator;navn\n";
  ASSERT_TRUE(run(heading + line(0) + line(1) + line(2), options_of("alle")));
  const auto id_of = [&](std::uint64_t place) { return registers.find_organisation(number_at(place))->id; };
  ASSERT_TRUE(run("[" + unit(0, "Enhet 0 AS") + "," + unit(1, "Enhet 1 AS") + "]", options_of("uten den tredje")));
  ASSERT_TRUE(registers.find_organisation(number_at(2))->deleted);
  for (const auto* again : {"uten roller i to", "og en gang til"}) {
    auto options = options_of(again);
    options.may_shrink = true;
    ASSERT_TRUE(run(heading + line(0), options));
    EXPECT_EQ(registers.registry->roles_in(id_of(0)).size(), 1U);
    EXPECT_TRUE(registers.registry->roles_in(id_of(1)).empty()) << "who leads it no longer, of a unit that is there";
    EXPECT_EQ(registers.registry->roles_in(id_of(2)).size(), 1U) << "who led it when it was struck off";
  }
  ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
    forget_roles_in(tx, id_of(0));
    forget_roles_in(tx, id_of(2));
    return {};
  }));
  ASSERT_TRUE(follow_registers(*registers.registry));
  EXPECT_EQ(registers.registry->roles_in(id_of(0)).size(), 1U) << "only of what is struck off";
  EXPECT_TRUE(registers.registry->roles_in(id_of(2)).empty());
  ASSERT_TRUE(run(heading + line(0), options_of("etterpå")));
  EXPECT_TRUE(registers.registry->roles_in(id_of(2)).empty()) << "what is forgotten does not come back";
}

TEST_P(ImportOn, ATextThatIsNoListOfRolesIsRefusedThoughItSpeaksOfThem) {
  const auto refused = run("# Samples\n\nA line has organisasjonsnummer, rolle and identifikator.\n");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.import.heading");
}

TEST_P(ImportOn, WhatHoldsNothingThatCanBeTakenReplacesNothing) {
  const auto person = make_population().persons.front();
  const auto line = [&](std::uint64_t place) {
    return fmt::format("organisasjonsnummer;rolle;identifikator;navn\n{};DAGL;{};Modig\n", number_at(place),
                       person.national_id);
  };
  const auto early = run(line(0), options_of("before the units"));
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, "error.import.nothing");
  ASSERT_TRUE(run(units(1)));
  EXPECT_TRUE(run(line(0), options_of("before the units"))) << "the same file, when its organisation is there";
  const auto known = run(line(0) + fmt::format("{};DAGL;{};Modig\n", number_at(7), person.national_id));
  ASSERT_TRUE(known) << known.error().code;
  EXPECT_EQ(known->stored, 1);
  EXPECT_EQ(known->unknown, 1) << "of an organisation that is not known here";
  EXPECT_FALSE(run(line(7), options_of("of others only")));
  EXPECT_EQ(registers.registry->roles_in(registers.find_organisation(number_at(0))->id).size(), 1U);
}

TEST_P(ImportOn, TheSwitchIsTellableInItsOwnTransaction) {
  std::int64_t told = 0;
  ImportOptions options = options_of("logg");
  options.on_switch = [&](const ImportResult& result) {
    return [&told, stored = result.stored](store::Tx&) { told = stored; };
  };
  ASSERT_TRUE(run(units(3), options));
  EXPECT_EQ(told, 3);
}

TEST(Elements, FilesFromOtherSystemsReadAsAnyOther) {
  const std::string json = R"([{"navn":"Sjø"},{"b":2}])", csv = "a;b\r\n1;2\r\n";
  const auto wide = [](std::u16string_view text) {
    std::string out = "\xff\xfe";
    for (const char16_t unit : text) (out += static_cast<char>(unit & 0xff)) += static_cast<char>(unit >> 8);
    return out;
  };
  const auto read = [](const std::string& text, std::size_t piece) {
    TextStream stream(source_of(text, piece));
    Elements elements(stream);
    EXPECT_TRUE(elements.beginning());
    std::vector<std::string> found;
    for (;;) {
      auto element = elements.next();
      if (!element || !*element) return found;
      found.push_back((*element)->text);
    }
  };
  for (std::size_t piece : {1U, 2U, 3U, 1000U}) {
    for (const auto& form : {json, "\xef\xbb\xbf" + json, wide(u"[{\"navn\":\"Sjø\"},{\"b\":2}]")})
      EXPECT_EQ(read(form, piece), (std::vector<std::string>{R"({"navn":"Sjø"})", R"({"b":2})"})) << piece;
    EXPECT_EQ(read("\xef\xbb\xbf" + csv, piece), read(csv, piece));
    EXPECT_EQ(read(wide(u"a;b\r\n1;2\r\n"), piece), read(csv, piece));
  }
}

TEST(Elements, CutsAnArrayAtItsBracketsWhateverThePieces) {
  const std::string text = R"( [ {"a":"}]\"{"} ,{"b":[1,{"c":"\\"}]},  {} ] )";
  for (std::size_t piece = 1; piece < text.size(); ++piece) {
    TextStream stream(source_of(text, piece));
    Elements elements(stream);
    ASSERT_TRUE(elements.beginning());
    std::vector<std::string> found;
    for (;;) {
      auto element = elements.next();
      ASSERT_TRUE(element);
      if (!*element) break;
      found.push_back((*element)->text);
      EXPECT_EQ(text.substr(static_cast<std::size_t>((*element)->offset), (*element)->text.size()), (*element)->text);
    }
    EXPECT_EQ(found, (std::vector<std::string>{R"({"a":"}]\"{"})", R"({"b":[1,{"c":"\\"}]})", "{}"}));
  }
}

}  // namespace
}  // namespace alting::parties
