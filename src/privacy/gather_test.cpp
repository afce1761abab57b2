// Who is named in an entry of the log in a copy, and what counts as a disclosure. That a copy is whole is proved over the catalogues
// of all rooms (main/copy_markers_test.cpp).
#include "privacy/gather.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/receipt.h"
#include "privacy/log_copy.h"

namespace alting::privacy {
namespace {

constexpr std::int64_t mine = 7, clerks = 8, others = 9;

struct LoggedAct {
  std::string kind;
  std::int64_t party = mine, actor = mine;
  bool with_name = true;
};

// As a copy for this subject has it.
LogCopy copied(const LoggedAct& act, bool is_whole) {
  ledger::EntryText text;
  text.canonical = R"({"actor":{)" + std::string(act.with_name ? R"("name":"digest")" : "") +
                   R"(},"agency":"dat","at":"2026-11-20T12:00:00Z","kind":")" + act.kind + "\"}";
  text.party = act.party;
  text.of_party = {{"party.name", "", "the party"},
                   {std::string(ledger::identity_number_path), "", "the number"},
                   {"personal.judge_name", "", "the operator's judge"},
                   {"personal.recipient_name", "", "the recipient"}};
  ledger::ActorPart actor{.actor = act.actor, .disclosures = {{"actor.name", "", "who acted"}}};
  return copy_of_entry(text, actor, {.party = {mine}, .is_person = true}, is_whole);
}

std::string told(const LoggedAct& act, bool is_whole = true) { return copied(act, is_whole).json["disclosed"].dump(); }

TEST(GatheredLog, names_who_acted_for_me_and_no_employee_of_an_agency) {
  EXPECT_THAT(told({.kind = "instance.archived", .actor = others}), ::testing::HasSubstr("who acted"));
  const auto read = copied({.kind = "agency.read", .actor = clerks}, true);
  EXPECT_TRUE(read.of_agency);
  EXPECT_EQ(read.agency, "dat");
  EXPECT_THAT(read.json["disclosed"].dump(), ::testing::Not(::testing::HasSubstr("who acted")));
  EXPECT_THAT(told({.kind = "agency.read", .party = others, .actor = mine}, false), ::testing::HasSubstr("who acted"))
      << "that is I";
  EXPECT_THAT(told({.kind = "instance.archived", .actor = others, .with_name = false}),
              ::testing::Not(::testing::HasSubstr("who acted")))
      << "left out when it was written";
}

TEST(GatheredLog, names_no_one_who_decided_for_who_runs_the_portal) {
  const auto imposed = told({.kind = "restriction.imposed", .actor = 0});
  EXPECT_THAT(imposed, ::testing::Not(::testing::HasSubstr("the operator's judge")));
  EXPECT_THAT(imposed, ::testing::HasSubstr("the party"));
}

TEST(GatheredLog, knows_what_is_confidential_by_its_resource) {
  ledger::EntryText text;
  text.canonical = R"({"kind":"message.opened","resource":"confidential:dat/brev"})";
  EXPECT_EQ(confidential_service(text), "dat/brev");
  EXPECT_EQ(copy_of_entry(text, {}, {.party = {mine}}, true).confidential, "dat/brev");
  text.canonical = R"({"kind":"message.opened","resource":"app:dat/brev"})";
  EXPECT_FALSE(confidential_service(text));
}

TEST(GatheredLog, has_receipts_that_name_who_acted_only_to_themselves) {
  const std::string receipt =
      R"({"disclosed":{"actor.id":{"salt":"AA==","value":"uuid-8"},"actor.name":{"salt":"AA==","value":"who acted"},)"
      R"("party.name":{"salt":"AA==","value":"the party"},"personal.judge_name":{"salt":"AA==","value":"the judge"}},)"
      R"("entry":{"kind":"form.sent"},"format":"alting.receipt/1","keys":[],"proof":"p","salt":"AA=="})";
  EXPECT_EQ(receipt_without_others(receipt, {.party = {mine}, .party_uuid = "uuid-7"}),
            R"({"disclosed":{"party.name":{"salt":"AA==","value":"the party"}},"entry":{"kind":"form.sent"},)"
            R"("format":"alting.receipt/1","keys":[],"proof":"p","salt":"AA=="})");
  const auto own = receipt_without_others(receipt, {.party = {clerks}, .party_uuid = "uuid-8"});
  ASSERT_TRUE(own);
  EXPECT_THAT(*own, ::testing::HasSubstr("who acted"));
  EXPECT_THAT(*own, ::testing::Not(::testing::HasSubstr("the judge")));
  EXPECT_FALSE(receipt_without_others("no receipt", {.party = {mine}}));
}

TEST(GatheredLog, tells_what_i_did_for_others_and_not_who_they_are) {
  EXPECT_EQ(told({.kind = "instance.archived", .party = others}, false), R"({"actor.name":"who acted"})");
  EXPECT_THAT(told({.kind = "instance.archived"}), ::testing::HasSubstr("the recipient"));
}

TEST(GatheredLog, has_no_identity_number_but_ones_own) {
  EXPECT_THAT(told({.kind = "instance.archived"}), ::testing::HasSubstr("the number"));
  EXPECT_THAT(told({.kind = "instance.archived", .party = others}), ::testing::Not(::testing::HasSubstr("the number")));
}

TEST(GatheredLog, tells_a_disclosure_from_what_one_did_oneself) {
  const auto record = [](const char* kind, const char* part) {
    return base::Json::object(
        {{"_part", part}, {"body", base::Json::object({{"entry", base::Json::object({{"kind", kind}})}})}});
  };
  EXPECT_TRUE(is_disclosure("ledger_entry", record("agency.read", "whole")));
  EXPECT_FALSE(is_disclosure("ledger_entry", record("agency.read", "acts"))) << "one's own work for an agency";
  EXPECT_FALSE(is_disclosure("ledger_entry", record("instance.archived", "whole")));
  EXPECT_TRUE(is_disclosure("contact_look_up", record("", "whole")));
  EXPECT_FALSE(is_disclosure("submission", record("agency.read", "whole")));
}

}  // namespace
}  // namespace alting::privacy
