// What a draft's people ask for and no page types: another way through the form, and their own contact in it.
#include <gtest/gtest.h>

#include "instances/testing/own_form.h"

namespace alting::instances {
namespace {

using testing::expect;
using testing::Language, testing::Action;

class EditDraft : public testing::OwnForm {
 protected:
  base::Status go(terms::InstanceId id, std::string_view way, const std::string& once) {
    return instances->drafts.go_way(permit(manager, Action::write, id), way, registers.clock.now(), once);
  }
  std::string way_of(terms::InstanceId id) {
    const auto draft = opened(id);
    return std::string(draft.data["sporsmal"].text("vei"));
  }
  std::string first_page(terms::InstanceId id) {
    const auto draft = opened(id);
    auto reading = draft.app->read(instances->drafts.context_of(draft, Language::nb, registers.clock.now()));
    return reading.pages().front().id;
  }
  std::size_t use_contact(terms::InstanceId id, const std::string& once) {
    return expect(instances->drafts.use_my_contact(permit(manager, Action::write, id), registers.clock.now(), once));
  }
  // What everyone has in the contact register.
  void register_contact(std::string_view email, std::string_view mobile, int days_ago = 1) {
    const auto then = registers.clock.now() - base::Duration::days(days_ago);
    ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run(
          "UPDATE local_krr SET status = 'AKTIV', reserved = 0, email = ?, email_updated_at = ?, email_verified_at = "
          "NULL, "
          "mobile = ?, mobile_updated_at = ?, mobile_verified_at = NULL",
          {std::string(email), then, std::string(mobile), then});
      return {};
    }));
  }
  terms::InstanceId begin_for(terms::PartyId party) {
    const auto start = expect(
        access->decider().decide(manager, Action::instantiate, {.party = party, .app = guidance, .task = "Task_1"}));
    return expect(instances->drafts.create(start, guidance, {}, "", post()));
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, EditDraft, store::testing::engines(), store::testing::engine_name);

TEST_P(EditDraft, a_draft_begins_on_the_way_asked_for_and_on_the_default_one_else) {
  const auto quick = begin({}, "kort");
  EXPECT_EQ(way_of(quick), "kort");
  EXPECT_EQ(first_page(quick), "Kontakt");
  const auto whole = begin();
  EXPECT_EQ(way_of(whole), "hele");
  EXPECT_EQ(first_page(whole), "Sporsmal");
}

TEST_P(EditDraft, a_way_that_the_form_does_not_have_begins_nothing_and_changes_nothing) {
  const auto start = permit(manager, Action::instantiate);
  const auto refused = instances->drafts.create(start, guidance, {}, "snarvei", post());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.form.way");
  EXPECT_EQ(refused.error().kind, base::ErrorKind::invalid);
  const auto id = begin();
  const auto gone = go(id, "snarvei", post());
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, "error.form.way");
  EXPECT_EQ(way_of(id), "hele");
  EXPECT_EQ(opened(id).version, 1);
}

TEST_P(EditDraft, another_way_is_gone_with_all_that_was_filled_in) {
  const auto id = begin({}, "kort");
  const auto before =
      type(id, {{"sporsmal.emne", "Innsyn"}, {"sporsmal.kjent.date", "forleden"}, {"sporsmal.kjent.time", "09:00"}});
  ASSERT_FALSE(before.rejected.empty());
  ASSERT_TRUE(go(id, "hele", post()));
  const auto after = opened(id);
  EXPECT_EQ(after.data["sporsmal"].text("vei"), "hele");
  EXPECT_EQ(after.data["sporsmal"].text("emne"), "Innsyn");
  EXPECT_EQ(after.rejected, before.rejected);
  EXPECT_EQ(after.version, before.version + 1) << "an overview that was shown before is not sent";
  ASSERT_TRUE(go(id, "", post()));
  EXPECT_EQ(opened(id).version, after.version) << "the default way is gone already";
}

TEST_P(EditDraft, the_same_post_twice_goes_the_way_once) {
  const auto id = begin();
  const auto once = post();
  ASSERT_TRUE(go(id, "kort", once));
  ASSERT_TRUE(go(id, "hele", post()));
  ASSERT_TRUE(go(id, "kort", once)) << "the first answer";
  EXPECT_EQ(way_of(id), "hele");
  EXPECT_FALSE(go(id, "hele", once)) << "the id was used for another way";
}

TEST_P(EditDraft, a_post_that_comes_again_after_the_form_was_sent_gets_its_first_answer) {
  const auto id = begin();
  (void)fill(id);
  const auto once = post();
  const auto allowed = permit(manager, Action::write, id);
  ASSERT_TRUE(instances->drafts.go_way(allowed, "kort", registers.clock.now(), once));
  (void)send(id, opened(id).version, post());
  EXPECT_TRUE(instances->drafts.go_way(allowed, "kort", registers.clock.now(), once));
  const auto late = instances->drafts.go_way(allowed, "hele", registers.clock.now(), post());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, base::ErrorKind::not_found);
}

TEST_P(EditDraft, what_others_save_meanwhile_stays) {
  const auto id = begin();
  const auto allowed = permit(manager, Action::write, id);
  const auto before = opened(id);
  auto reading = before.app->read(instances->drafts.context_of(before, Language::nb, registers.clock.now()));
  ASSERT_TRUE(go(id, "kort", post()));
  // A page that was opened before the way was changed is posted.
  const auto saved =
      expect(instances->drafts.save(allowed, before, reading, own_posted({{"sporsmal.emne", "Innsyn"}}), {}));
  EXPECT_EQ(saved.draft.data["sporsmal"].text("emne"), "Innsyn");
  EXPECT_EQ(saved.draft.data["sporsmal"].text("vei"), "kort");
}

TEST_P(EditDraft, an_addition_has_no_ways) {
  const auto id = begin();
  const auto sent = send(id, fill(id).version, post());
  const auto refused = instances->drafts.create(permit(manager, Action::instantiate), guidance, id, "kort", post());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.form.way");
  const auto addition = begin(id);
  EXPECT_EQ(go(addition, "kort", post()).error().code, "error.form.way");
  EXPECT_EQ(sent.submission.document["data"]["sporsmal"].text("vei"), "hele");
}

TEST_P(EditDraft, going_a_way_is_a_save_and_stands_in_no_log) {
  const auto id = begin();
  const auto entries = [&] {
    log->flush();
    return registers.temp.database().read(
        [](store::Tx& tx) { return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM ledger_entry"); });
  };
  (void)opened(id);  // one's own reading is noted once for a session
  const auto before = entries();
  ASSERT_TRUE(go(id, "kort", post()));
  EXPECT_EQ(entries(), before);
}

TEST_P(EditDraft, nobodys_private_contact_is_in_what_is_done_for_an_organisation_until_they_ask) {
  register_contact("maltrost@eksempel.example", "+4740000001");
  const auto id = begin();
  const auto begun = opened(id);
  EXPECT_EQ(begun.data["kontakt"].text("epost"), "");
  EXPECT_EQ(begun.data["kontakt"].text("telefon"), "");
  EXPECT_EQ(begun.data["kontakt"].text("navn"), manager.name) << "who fills in is known to who reads it anyway";
  const auto allowed = permit(manager, Action::write, id);
  EXPECT_EQ(instances->drafts.my_contact_fields(allowed, begun),
            (std::vector<forms::Path>{"kontakt.epost", "kontakt.telefon"}));

  EXPECT_EQ(use_contact(id, post()), 2U);
  const auto filled = opened(id);
  EXPECT_EQ(filled.data["kontakt"].text("epost"), "maltrost@eksempel.example");
  EXPECT_EQ(filled.data["kontakt"].text("telefon"), "+4740000001");
  EXPECT_EQ(filled.sources.at("kontakt.epost"), "UserProfile");
  EXPECT_EQ(filled.sources.at("kontakt.telefon"), "UserProfile");
  EXPECT_TRUE(instances->drafts.my_contact_fields(allowed, filled).empty());
}

TEST_P(EditDraft, what_stands_or_was_typed_is_not_overwritten_by_a_contact) {
  register_contact("maltrost@eksempel.example", "+4740000001");
  const auto id = begin();
  (void)type(id, {{"kontakt.epost", "personvern@fjordogfjell.example"}});
  EXPECT_EQ(use_contact(id, post()), 1U);
  EXPECT_EQ(opened(id).data["kontakt"].text("epost"), "personvern@fjordogfjell.example");
  EXPECT_EQ(opened(id).data["kontakt"].text("telefon"), "+4740000001");

  const auto other = begin();
  (void)type(other, {{"kontakt.epost", "ikke ferdig"}});
  EXPECT_EQ(use_contact(other, post()), 1U);
  EXPECT_EQ(opened(other).data["kontakt"].text("epost"), "ikke ferdig");
}

TEST_P(EditDraft, a_contact_that_was_taken_out_again_does_not_come_back_with_the_same_post) {
  register_contact("maltrost@eksempel.example", "+4740000001");
  const auto id = begin();
  const auto once = post();
  EXPECT_EQ(use_contact(id, once), 2U);
  (void)type(id, {{"kontakt.epost", ""}});
  EXPECT_EQ(use_contact(id, once), 2U) << "the first answer";
  EXPECT_EQ(opened(id).data["kontakt"].text("epost"), "");
  EXPECT_FALSE(opened(id).sources.contains("kontakt.epost"));
}

TEST_P(EditDraft, a_contact_that_may_not_be_used_fills_nothing) {
  register_contact("maltrost@eksempel.example", "+4740000001", 700);
  const auto id = begin();
  const auto before = opened(id);
  EXPECT_EQ(instances->drafts.my_contact_fields(permit(manager, Action::write, id), before).size(), 2U)
      << "the register is not asked before its owner wants it";
  EXPECT_EQ(use_contact(id, post()), 0U);
  EXPECT_EQ(opened(id).version, before.version);
}

TEST_P(EditDraft, a_persons_own_form_is_prefilled_as_before) {
  register_contact("maltrost@eksempel.example", "+4740000001");
  const auto id = begin_for(manager.party);
  const auto reading = expect(access->decider().decide(
      manager, Action::read, {.party = manager.party, .app = guidance, .instance = id, .task = "Task_1"}));
  const auto draft = expect(instances->drafts.open(reading));
  EXPECT_EQ(draft.data["kontakt"].text("epost"), "maltrost@eksempel.example");
  EXPECT_EQ(draft.sources.at("kontakt.epost"), "UserProfile");
  EXPECT_TRUE(instances->drafts.my_contact_fields(reading, draft).empty());
}

TEST_P(EditDraft, a_persons_address_is_prefilled_for_the_person_alone_and_a_protected_one_never) {
  const auto sender_of = [&](std::string_view story, std::optional<terms::PartyId> party) {
    const auto actor = registers.actor(story);
    access::Target target{.party = party.value_or(actor.party), .app = guidance, .task = "Task_1"};
    const auto start = expect(access->decider().decide(actor, Action::instantiate, target));
    target.instance = expect(instances->drafts.create(start, guidance, {}, "", post()));
    return expect(instances->drafts.open(expect(access->decider().decide(actor, Action::read, target))));
  };
  const auto own = sender_of("private_person", {});
  const auto known = registers.registry->self(registers.actor("private_person")).value();
  ASSERT_TRUE(known.address);
  EXPECT_EQ(own.data["avsender"].text("adresse"), known.address->lines.front());
  EXPECT_EQ(own.data["avsender"].text("postnr"), known.address->postal_code);
  EXPECT_EQ(own.data["avsender"].text("poststed"), known.address->postal_place);
  EXPECT_EQ(own.sources.at("avsender.adresse"), "DSF");
  const auto of_protected = sender_of("sole_proprietor", {});
  EXPECT_NE(of_protected.data["avsender"].text("navn"), "");
  for (const auto* field : {"adresse", "postnr", "poststed"}) EXPECT_EQ(of_protected.data["avsender"].text(field), "");
  EXPECT_EQ(sender_of("manager", firm).data["avsender"].text("adresse"), "")
      << "a person's address in a business's form";
}

}  // namespace
}  // namespace alting::instances
