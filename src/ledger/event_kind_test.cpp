#include "ledger/event_kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/activity_feed.h"
#include "ledger/entry.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"

namespace alting::ledger {
namespace {

template <class T>
bool strictly_sorted(const std::vector<T>& all) {
  for (std::size_t i = 1; i < all.size(); ++i)
    if (!(all[i - 1] < all[i])) return false;
  return true;
}

std::vector<std::string_view> names_of(std::span<const EventParameter> parameters) {
  std::vector<std::string_view> names;
  for (const auto& one : parameters) names.push_back(one.name);
  return names;
}

base::Json one_parameter(std::string_view name) { return base::Json::object({{std::string(name), "x"}}); }

TEST(EventKind, the_table_is_alphabetical_and_in_the_order_of_the_enumeration) {
  std::vector<std::string_view> names;
  for (const auto& one : event_catalogue()) {
    EXPECT_EQ(static_cast<std::size_t>(one.kind), names.size()) << one.name;
    EXPECT_EQ(event_kind_from(one.name), one.kind);
    EXPECT_EQ(&info(one.kind), &one);
    EXPECT_EQ(one.text_id, "event." + std::string(one.name));
    for (const auto& parameters : {one.parameters, one.personal})
      EXPECT_TRUE(strictly_sorted(names_of(parameters))) << one.name;
    names.push_back(one.name);
  }
  EXPECT_TRUE(strictly_sorted(names));
  for (const char* none : {"", "access", "access.delegate", "access.delegated.", "zzz.zzz"})
    EXPECT_EQ(event_kind_from(none), std::nullopt) << none;
  EXPECT_THROW((void)info(static_cast<EventKind>(names.size())), std::logic_error);
}

TEST(EventKind, the_table_says_what_the_rooms_files_say) {
  const auto& given = info(EventKind::access_delegated);
  EXPECT_EQ(given.name, "access.delegated");
  EXPECT_EQ(given.meaning, "A role or a single form was given to another person.");
  EXPECT_EQ(given.retention, Retention::lasting);
  EXPECT_FALSE(given.of_agency);
  EXPECT_THAT(names_of(given.parameters), ::testing::ElementsAre("app", "delegation", "role", "until"));
  EXPECT_THAT(names_of(given.personal), ::testing::ElementsAre("recipient", "recipient_name"));
  EXPECT_EQ(given.parameters[2].meaning, "code of the role, when it is a role");
  EXPECT_THAT(given.titles, ::testing::ElementsAre("Tilgang gitt", "Tilgang gitt", "Access given"));

  const auto& listed = info(EventKind::agency_listed);
  EXPECT_EQ(listed.retention, Retention::passing);
  EXPECT_TRUE(listed.of_agency);
  EXPECT_TRUE(listed.personal.empty());
}

TEST(EventKind, what_is_not_declared_for_the_kind_is_named) {
  auto parameters = base::Json::object({{"reference", "AR-1"}});
  EXPECT_EQ(undeclared(EventKind::submission_received, parameters, {}), std::nullopt);
  EXPECT_EQ(undeclared(EventKind::session_opened, parameters, {}), "reference");
  parameters.set("note", "free text");
  EXPECT_EQ(undeclared(EventKind::submission_received, parameters, {}), "note");
  EXPECT_EQ(undeclared(EventKind::agency_read, {}, {{"name", "Kari"}}), "name");
  EXPECT_NE(undeclared(EventKind::agency_read, "AR-1", {}), std::nullopt);
}

TEST(EventKind, no_personal_field_passes_in_the_clear_and_no_other_as_personal) {
  for (const auto& kind : event_catalogue()) {
    for (const auto& one : kind.personal) {
      EXPECT_EQ(undeclared(kind.kind, one_parameter(one.name), {}), one.name) << kind.name;
      EXPECT_EQ(undeclared(kind.kind, {}, {{std::string(one.name), "x"}}), std::nullopt) << kind.name;
    }
    for (const auto& one : kind.parameters) {
      EXPECT_EQ(undeclared(kind.kind, one_parameter(one.name), {}), std::nullopt) << kind.name;
      EXPECT_EQ(undeclared(kind.kind, {}, {{std::string(one.name), "x"}}), one.name) << kind.name;
    }
  }
}

TEST(EventKind, a_value_goes_where_its_name_belongs) {
  NewEntry entry{EventKind::access_delegated, {1'795'000'000'000'000}};
  entry.set(parameter::role, "UTINN");
  entry.set(parameter::recipient_name, "KARI NORDMANN");
  EXPECT_EQ(entry.parameters, base::Json::object({{"role", "UTINN"}}));
  EXPECT_THAT(entry.personal, ::testing::ElementsAre(::testing::Pair("recipient_name", "KARI NORDMANN")));
  EXPECT_EQ(undeclared(entry.kind, entry.parameters, entry.personal), std::nullopt);

  base::SeededRandom random{7};
  const auto text = write_entry(entry, base::Uuid::v4(random), entry.at, "log.example/1/test", random);
  EXPECT_NE(text.canonical.find(R"("parameters":{"role":"UTINN"})"), std::string::npos) << text.canonical;
  EXPECT_NE(text.canonical.find(R"("personal":{"recipient_name":")"), std::string::npos) << text.canonical;
  EXPECT_EQ(text.canonical.find("KARI"), std::string::npos) << text.canonical;
}

// Two types that do not become each other: what is personal cannot be passed on as what is not.
static_assert(!std::is_convertible_v<PersonalParameter, Parameter> &&
              !std::is_convertible_v<Parameter, PersonalParameter>);

}  // namespace
}  // namespace alting::ledger
