// A copy of a draft for its own people: what stands in it, marked as not sent.
#include <gtest/gtest.h>

#include <algorithm>

#include "instances/testing/own_form.h"
#include "ledger/event_kinds.h"

namespace alting::instances {
namespace {

using testing::expect;
using testing::Language, testing::Action;

class DraftCopies : public testing::OwnForm {
 protected:
  DraftCopy copy(terms::InstanceId id, Language language = Language::nb) {
    return expect(instances->drafts.copy(permit(manager, Action::read, id), language));
  }
  static base::Json document_of(const DraftCopy& made) { return base::Json::parse(made.bytes).value(); }
};
INSTANTIATE_TEST_SUITE_P(Engines, DraftCopies, store::testing::engines(), store::testing::engine_name);

TEST_P(DraftCopies, is_marked_as_a_draft_that_was_not_sent) {
  const auto id = begin();
  const auto draft = fill(id);
  registers.clock.advance(base::Duration::minutes(3));
  const auto made = copy(id);
  const auto document = document_of(made);
  EXPECT_EQ(document.text("format"), "alting.draft/1");
  EXPECT_FALSE(document["sent"].bool_or(true));
  EXPECT_EQ(document.text("instance"), id.text());
  EXPECT_EQ(document.text("app"), guidance.text());
  EXPECT_EQ(document.text("saved"), base::to_rfc3339(draft.saved_at));
  EXPECT_EQ(document.text("copied"), base::to_rfc3339(registers.clock.now()));
  for (const auto* sent_only : {"archiveReference", "received"})
    EXPECT_EQ(document.find(sent_only), nullptr) << sent_only;
  EXPECT_EQ(made.made_at, registers.clock.now());
  EXPECT_EQ(made.party_name, "Fjord og Fjell AS");
}

TEST_P(DraftCopies, holds_what_stands_in_the_draft_as_it_stands) {
  const auto id = begin();
  (void)fill(id);
  add_file(id, "vedlegg.pdf", testing::small_pdf);
  const auto draft = type(id, {{"later:sporsmal.funnet", "on"},
                               {"later-date:sporsmal.funnet", "2026-12-24"},
                               {"sporsmal.kjent.date", "forleden"},
                               {"sporsmal.kjent.time", "09:00"}});
  auto made = copy(id);
  const auto document = document_of(made);
  EXPECT_EQ(document["data"], draft.data);
  ASSERT_EQ(document["later"].size(), 1U);
  EXPECT_EQ(document["later"][std::size_t{0}].text("expected"), "2026-12-24");
  EXPECT_EQ(document["unfit"].text("sporsmal.kjent.date"), "forleden") << "nothing that was typed is left out";
  ASSERT_EQ(document["attachments"].size(), 1U);
  EXPECT_EQ(document["attachments"][std::size_t{0}].text("fileName"), "vedlegg.pdf");
  EXPECT_EQ(document["attachments"][std::size_t{0}].text("sha256"), base::to_hex(draft.attachments[0].digest));

  const auto& answers = made.reading.answers();
  const auto subject = std::ranges::find(answers, "sporsmal.emne", &forms::AnswerView::path);
  ASSERT_NE(subject, answers.end()) << "what a paper of it says in words";
  EXPECT_EQ(subject->answer, "Innsyn");
  EXPECT_EQ(made.draft.attachments.size(), 1U);
}

TEST_P(DraftCopies, of_an_addition_holds_what_it_adds) {
  const auto notice = begin();
  (void)send(notice, fill(notice).version, post());
  const auto id = begin(notice);
  (void)type(id, {{"mer.tekst", "Vi fant ut mer."}, {"sporsmal.funnet", "En logg"}});
  const auto document = document_of(copy(id));
  EXPECT_EQ(document.text("addsTo"), notice.text());
  EXPECT_EQ(document.text("type"), "mer");
  EXPECT_EQ(document.text("text"), "Vi fant ut mer.");
  ASSERT_EQ(document["changes"].size(), 1U);
  EXPECT_EQ(document["changes"][std::size_t{0}].text("after"), "En logg");
  EXPECT_EQ(document.find("data"), nullptr);
}

TEST_P(DraftCopies, are_noted_as_what_was_read) {
  const auto id = begin();
  (void)copy(id);
  log->flush();
  ledger::ActivityQuery query;
  query.party = firm;
  query.kind = ledger::EventKind::own_read;
  const auto may = expect(access->decider().decide(manager, Action::read_activity, {.party = firm}));
  EXPECT_EQ(log->activity(may, query).rows.size(), 1U);
}

TEST_P(DraftCopies, of_what_was_sent_or_is_anothers_is_none) {
  const auto id = begin();
  const auto allowed = permit(manager, Action::read, id);
  (void)send(id, fill(id).version, post());
  const auto sent = instances->drafts.copy(allowed, Language::nb);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, base::ErrorKind::not_found);
}

}  // namespace
}  // namespace alting::instances
