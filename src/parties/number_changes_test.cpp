#include "parties/number_changes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "parties/national_id.h"
#include "parties/party_rows.h"
#include "parties/testing/test_registers.h"
#include "store/row_reader.h"

namespace alting::parties {
namespace {

using testing::TestRegisters;

// A synthetic number that nobody in the population has.
std::string spare_number(std::string_view six_digits) {
  for (int rest = 99'999; rest > 0; --rest) {
    const auto number = fmt::format("{}{:05}", six_digits, rest);
    if (read_national_id(number, terms::Mode::test)) return number;
  }
  throw std::logic_error("no such number");
}

class NumberChangesOn : public ::testing::TestWithParam<store::Engine> {
 protected:
  TestRegisters registers{GetParam()};
  std::string d_number = spare_number("438515"), birth_number = spare_number("038515");

  base::Result<NumberChangesReport> run(std::string text) {
    bool given = false;
    return import_number_changes(
        *registers.registry,
        [text = std::move(text), given]() mutable -> base::Result<base::Bytes> {
          return std::exchange(given, true) ? std::string() : text;
        },
        [this](const NumberChangesReport& report) {
          logged = report;
          return [](store::Tx&) {};
        });
  }
  std::string line(const std::string& was, const std::string& became, std::string_view from = "2026-10-01") {
    return fmt::format("identifikator;ny_identifikator;fra\n{};{};{}\n", was, became, from);
  }
  // Somebody whom the local Folkeregisteret knows by the D-number, and the portal not yet.
  void arrive(std::string_view last_name = "Tilreist") {
    ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run(
          "INSERT INTO local_folkeregister (number, first_name, middle_name, last_name, birth_date, status, grading, "
          "address, postal_code, postal_place, municipality, country) VALUES (?, 'Ny', '', ?, '1985-05-03', "
          "'midlertidig', 'ugradert', '', '', '', '', '')",
          {registers.numbers.lookup(terms::NationalIdText(d_number)), last_name});
      return {};
    }));
  }
  terms::PartyId sign_in(const std::string& number) {
    const auto person = registers.registry->sign_in(terms::NationalIdText(number));
    EXPECT_TRUE(person) << person.error().code;
    return person ? person->party.id : terms::PartyId{};
  }
  std::optional<NumberChangesReport> logged;
};
INSTANTIATE_TEST_SUITE_P(Engines, NumberChangesOn, store::testing::engines(), store::testing::engine_name);

TEST_P(NumberChangesOn, ThePersonStaysOnePartyAndLogsInWithEitherNumber) {
  arrive();
  const auto party = sign_in(d_number);
  const auto done = run(line(d_number, birth_number));
  ASSERT_TRUE(done) << done.error().code;
  EXPECT_EQ(done->joined, 1);
  EXPECT_EQ(sign_in(birth_number), party);
  EXPECT_EQ(sign_in(d_number), party);
  EXPECT_EQ(registers.registry->national_id(party)->reveal(), birth_number)
      << "registers are asked with the number in use";
  ASSERT_TRUE(logged);
  EXPECT_EQ(logged->joined, 1);
}

TEST_P(NumberChangesOn, TheOldRowEndsOnTheDayTheNewOneBegins) {
  arrive();
  const auto party = sign_in(d_number);
  ASSERT_TRUE(run(line(d_number, birth_number, "2026-10-01")));
  const auto day = base::from_oslo(2026, 10, 1, 0, 0);
  registers.temp.database().read([&](store::Tx& tx) {
    using Row = std::tuple<terms::PartyId, base::Instant, std::optional<base::Instant>>;  // whose, from, to
    const auto row_of = [&](const std::string& number) -> Row {
      return store::read_row<terms::PartyId, base::Instant, std::optional<base::Instant>>(
          tx.query_one(
                "SELECT party, valid_from, valid_to FROM party_identifier WHERE kind = 'national' AND number = ?",
                {registers.numbers.lookup(terms::NationalIdText(number))})
              .value());
    };
    EXPECT_EQ(std::get<0>(row_of(d_number)), party);
    EXPECT_EQ(std::get<2>(row_of(d_number)), day);
    EXPECT_EQ(row_of(birth_number), Row(party, day.value(), std::nullopt));
  });
}

TEST_P(NumberChangesOn, AChangeHeardOfBeforeTheFirstLoginHoldsToo) {
  arrive();
  const auto done = run(line(d_number, birth_number));
  ASSERT_TRUE(done);
  EXPECT_EQ(done->unknown, 1) << "nothing is stored of who is not known here";
  const auto party = sign_in(birth_number);
  EXPECT_EQ(sign_in(d_number), party);
}

TEST_P(NumberChangesOn, RolesAndUserNumberStayWithThePerson) {
  const auto before = registers.actor("manager");
  const auto number = registers.person("manager").national_id;
  ASSERT_TRUE(run(line(number, birth_number)));
  const auto after = registers.actor_of(birth_number);
  EXPECT_EQ(after.party, before.party);
  EXPECT_EQ(after.user_id, before.user_id);
  EXPECT_EQ(registers.roles_held_by(after.party).size(), 1u);
  EXPECT_FALSE(registers.registry->contact(after).email.empty()) << "KRR is asked with the new number";
  const auto found =
      registers.registry->look_up_person(registers.actor("chair"), terms::NationalIdText(number), "Måltrost");
  ASSERT_TRUE(found) << found.error().code;
  EXPECT_EQ(found->id, before.party);
}

TEST_P(NumberChangesOn, TheSameFileAgainChangesNothing) {
  arrive();
  const auto party = sign_in(d_number);
  ASSERT_TRUE(run(line(d_number, birth_number)));
  const auto again = run(line(d_number, birth_number));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->joined, 0);
  EXPECT_EQ(again->known, 1);
  EXPECT_EQ(sign_in(birth_number), party);
}

TEST_P(NumberChangesOn, TwoPartiesAreNeverMadeOne) {
  const auto manager = registers.actor("manager").party, chair = registers.actor("chair").party;
  const auto done = run(line(registers.person("manager").national_id, registers.person("chair").national_id));
  ASSERT_TRUE(done);
  EXPECT_EQ(done->joined, 0);
  ASSERT_EQ(done->first_faults.size(), 1u);
  EXPECT_EQ(done->first_faults[0].code, "error.import.two_parties");
  EXPECT_EQ(registers.actor("manager").party, manager);
  EXPECT_EQ(registers.actor("chair").party, chair);
}

TEST_P(NumberChangesOn, FaultyLinesAreCountedWithoutTheirNumbersAndTheRestGoesOn) {
  arrive();
  (void)sign_in(d_number);
  const auto done = run(
      "\xef\xbb\xbf"
      "fra,identifikator,ny_identifikator\n2026-02-30," +
      d_number + "," + birth_number + "\n2027-01-01," + d_number + "," + birth_number + "\n2026-10-01,12345678901," +
      birth_number + "\n2026-10-01," + d_number + "\n2026-10-01," + d_number + "," + d_number + "\n2026-10-01,\"" +
      d_number + "," + birth_number + "\n\n2026-10-01," + d_number + "," + birth_number + "\n");
  ASSERT_TRUE(done);
  EXPECT_EQ(done->lines, 7);
  EXPECT_EQ(done->joined, 1);
  EXPECT_EQ(done->faults, 6);
  std::vector<std::string> codes;
  for (const auto& fault : done->first_faults) {
    codes.push_back(fault.code);
    EXPECT_EQ(fault.message.find(d_number), std::string::npos);
  }
  EXPECT_EQ(codes,
            (std::vector<std::string>{"error.import.date", "error.import.date", "error.national_id.date",
                                      "error.import.columns", "error.import.same_number", "error.import.quote"}));
}

TEST_P(NumberChangesOn, AFileWithoutItsHeadingIsRefused) {
  for (const auto* text : {"", "[]", "identifikator;fra\n", "noe annet\n"})
    EXPECT_EQ(run(text).error().code, "error.import.heading") << text;
  EXPECT_FALSE(logged);
}

}  // namespace
}  // namespace alting::parties
