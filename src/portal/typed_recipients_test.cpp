#include "portal/typed_recipients.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <tuple>

#include "parties/national_id.h"
#include "parties/organisation_number.h"

namespace alting::portal {
namespace {

std::string synthetic_organisation(int number) {
  const auto eight = fmt::format("3{:07}", number);
  const auto digit = parties::organisation_number_check_digit(eight);
  return digit ? eight + *digit : std::string();
}
std::string some_organisation(int from) {
  for (int number = from;; ++number)
    if (const auto made = synthetic_organisation(number); !made.empty()) return made;
}
std::string some_person(int from) {
  for (int number = from;; ++number) {
    const auto nine = fmt::format("{:02}8190{:03}", number % 28 + 1, 100 + number);
    if (const auto digits = parties::national_id_check_digits(nine)) return nine + digits->first + digits->second;
  }
}
TypedRecipients read_in_test(std::string_view typed) { return read_recipients(typed, terms::Mode::test).value(); }

TEST(TypedRecipients, takes_the_number_of_each_line_however_it_is_pasted) {
  const auto first = some_organisation(1'000), second = some_organisation(2'000);
  const auto spaced = first.substr(0, 3) + " " + first.substr(3, 3) + "\u00A0" + first.substr(6);
  for (const auto& typed :
       {spaced + "\n\n" + second, "Navn;Org.nr.;Sted\nFjord AS;" + first + ";5003 Bergen\nFjell AS;" + second + ";Oslo",
        "\"Fjell, Fjord\"," + first + "\nFjord AS," + second, "Fjell, Fjord og Sjø;" + first + "\nFjord;" + second,
        first + "\nFjord AS; " + second + "\n;;\n",
        "\"" + first + "\"\tFjord AS\n'" + second + "'\tFjell, Fjord og Sjø AS"}) {
    const auto found = read_in_test(typed);
    EXPECT_EQ(found.faults_in_all, 0U) << typed;
    ASSERT_EQ(found.recipients.size(), 2U) << typed;
    EXPECT_EQ(found.recipients[0].organisation_number, first);
    EXPECT_EQ(found.recipients[1].organisation_number, second);
  }
}

TEST(TypedRecipients, reads_one_column_and_no_other) {
  const auto first = some_organisation(1'000), second = some_organisation(2'000), parent = some_organisation(3'000);
  const auto person = some_person(1), other = some_person(40);
  for (const auto& [typed, businesses, persons] : std::initializer_list<std::tuple<std::string, int, int>>{
           {"Navn;Org.nr.;Kontakt\nFjord;" + first + ";" + person + "\nFjell;" + second + ";" + other, 2, 0},
           {"Fnr,Konto\n" + person + ",1234 56 78903\n" + other + ",1234.56.78903", 0, 2},
           {"Konto;Fnr\n1234 56 78903;" + person + "\n12345678903;" + other + "\n11111111111;" + some_person(80), 0, 3},
           {first + "\t" + parent + "\tAS\n" + second + "\t" + parent + "\tAS", 2, 0}}) {
    const auto found = read_in_test(typed);
    EXPECT_EQ(found.faults_in_all, 0U) << typed;
    const auto is_person = [](const auto& one) { return one.person.has_value(); };
    EXPECT_EQ(std::ranges::count_if(found.recipients, is_person), persons) << typed;
    EXPECT_EQ(std::ranges::count_if(found.recipients, std::not_fn(is_person)), businesses) << typed;
  }
  const auto account = read_in_test(first + ";A\n;1234 56 78903\n" + first + "," + second + "\n;" + person);
  EXPECT_EQ(account.recipients.size(), 1U);
  ASSERT_EQ(account.faults.size(), 3U);
  EXPECT_EQ(account.faults[0].error.code, "sending.error.no_number") << "an account is nobody";
  EXPECT_EQ(account.faults[1].error.code, "sending.error.several_numbers");
  EXPECT_EQ(account.faults[2].error.code, "sending.error.no_number") << "another column is not read";
}

TEST(TypedRecipients, says_of_each_line_that_is_wrong_which_it_is_and_why) {
  auto wrong = some_organisation(1'000);
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  const auto found = read_in_test(some_organisation(2'000) + "\n" + wrong + "\nFjord AS, 5003 Bergen\n00000000000");
  ASSERT_EQ(found.faults.size(), 3U);
  EXPECT_EQ(found.faults[0].line, 2U);
  EXPECT_EQ(found.faults[0].error.code, "error.organisation_number.check_digit");
  EXPECT_EQ(found.faults[1].line, 3U);
  EXPECT_EQ(found.faults[1].error.code, "sending.error.no_number");
  EXPECT_EQ(found.faults[2].line, 4U);
  EXPECT_EQ(found.recipients.size(), 1U);
}

TEST(TypedRecipients, takes_a_number_once_and_counts_how_often_it_came_again) {
  const auto one = some_organisation(1'000);
  const auto found = read_in_test(one + "\n" + one + "\n" + one);
  EXPECT_EQ(found.recipients.size(), 1U);
  EXPECT_EQ(found.repeated, 2U);
}

TEST(TypedRecipients, refuses_more_than_a_message_may_have_and_names_few_of_many_faults) {
  std::string many, wrong;
  for (int number = 0, count = 0; count <= static_cast<int>(inbox::max_recipients); ++number)
    if (const auto made = synthetic_organisation(number); !made.empty()) {
      many += made + "\n";
      ++count;
    }
  const auto refused = read_recipients(many, terms::Mode::test);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "sending.error.recipients");
  for (int line = 0; line < 50; ++line) wrong += "12345\n";
  const auto found = read_in_test(wrong);
  EXPECT_EQ(found.faults_in_all, 50U);
  EXPECT_LE(found.faults.size(), 20U);
}

}  // namespace
}  // namespace alting::portal
