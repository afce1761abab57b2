// A form as its pages are asked for and posted, without a browser: filled in, met by another, looked over, sent.
#include "portal/form_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/testing/filled_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using FormPagesTest = testing::FilledPortal;
INSTANTIATE_TEST_SUITE_P(Sqlite, FormPagesTest, ::testing::Values(store::Engine::sqlite));

TEST_P(FormPagesTest, begin_at_the_first_page_that_is_shown) {
  const auto id = begin();
  EXPECT_EQ(location(pages->get(at(id).start())), at(id).page("Sporsmal"));
}

TEST_P(FormPagesTest, show_what_is_stored_and_say_what_they_showed) {
  const auto id = begin();
  (void)fill(id);
  const auto page = pages->get(at(id).page("Sporsmal"));
  ASSERT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr("value=\"Innsyn\""), HasSubstr("Hvem har sett opplysningene mine?")));
  const auto seen = base::Json::parse(hidden(page.body, "seen"));
  ASSERT_TRUE(seen);
  const auto draft =
      instances::testing::expect(instances->drafts.open(permit(manager, instances::testing::Action::read, id)));
  const instances::Fingerprints prints(draft.data, draft.later);
  EXPECT_EQ(seen->text("sporsmal.emne"), prints.at("sporsmal.emne"));
  EXPECT_EQ(hidden(page.body, "version"), std::to_string(draft.version));
  EXPECT_EQ(pages->get(at(id).page("Finnes-ikke")).status, 404);
}

TEST_P(FormPagesTest, save_and_go_on_or_back_or_out) {
  const auto id = begin();
  const auto go = [&](const std::string& page, const std::string& field, const std::string& where) {
    return location(pages->post(at(id).page(page), {{field, "Innsyn"}, {"go", where}}));
  };
  EXPECT_EQ(go("Sporsmal", "sporsmal.emne", "next"), at(id).page("Kontakt"));
  EXPECT_EQ(go("Kontakt", "kontakt.navn", "next"), at(id).overview());
  EXPECT_EQ(go("Kontakt", "kontakt.navn", "previous"), at(id).page("Sporsmal"));
  EXPECT_EQ(go("Kontakt", "kontakt.navn", "overview"), at(id).overview());
  EXPECT_THAT(go("Kontakt", "kontakt.navn", "close"), HasSubstr("/innboks"));
  EXPECT_EQ(go("Kontakt", "kontakt.navn", ""), at(id).page("Kontakt"));
  const auto draft =
      instances::testing::expect(instances->drafts.open(permit(manager, instances::testing::Action::read, id)));
  EXPECT_EQ(draft.data["sporsmal"].text("emne"), "Innsyn");
}

TEST_P(FormPagesTest, show_a_question_that_an_answer_brought_before_one_goes_on) {
  const auto id = begin();
  const auto answer = pages->post(at(id).page("Kontakt"), {{"kontakt.svar", "telefon"}, {"go", "next"}});
  EXPECT_EQ(location(answer), at(id).page("Kontakt") + "?melding=nye");
  const auto page = pages->get(location(answer));
  EXPECT_THAT(page.body,
              AllOf(HasSubstr("name=\"kontakt.telefon\""), HasSubstr(pages->t(Language::nb, "form.new_questions"))));
}

TEST_P(FormPagesTest, keep_one_on_the_page_for_what_is_wrong_and_for_nothing_that_is_empty) {
  const auto id = begin();
  const auto wrong = pages->post(at(id).page("Kontakt"), {{"kontakt.epost", "ikke en adresse"}, {"go", "next"}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_THAT(wrong.body, HasSubstr("ikke en adresse"));
  // One may leave, and it is told again where one comes back.
  EXPECT_EQ(pages->post(at(id).page("Kontakt"), {{"kontakt.epost", "ikke en adresse"}, {"go", "close"}}).status, 303);
  EXPECT_EQ(pages->post(at(id).page("Kontakt"), {{"kontakt.epost", ""}, {"go", "next"}}).status, 303);
}

TEST_P(FormPagesTest, refuse_a_field_that_is_none_of_theirs) {
  const auto id = begin();
  EXPECT_EQ(pages->post(at(id).page("Kontakt"), {{"..", "x"}}).status, 400);
  EXPECT_EQ(pages->post(at(id).page("Kontakt"), {{"finnes.ikke", "x"}}).status, 400);
}

TEST_P(FormPagesTest, show_all_that_was_typed_before_a_login_also_what_they_cannot_read) {
  const auto id = begin();
  const auto place = at(id).page("Sporsmal");
  const auto shown_of = [&](const web::Fields& typed) {
    EXPECT_TRUE(pages->kept_posts.keep(pages->kept_posts.mark(manager), place, typed));
    return pages->get(place).body;
  };
  EXPECT_THAT(shown_of({{"token", "t0ken"}, {"..", "Uten felt"}, {"sporsmal.emne", "Mitt emne"}, {"add-row:x", "1"}}),
              AllOf(HasSubstr(pages->t(Language::nb, "form.restored_refused")), HasSubstr("Uten felt"),
                    HasSubstr("Mitt emne"), Not(HasSubstr("t0ken")), Not(HasSubstr("add-row:x"))));
  web::Fields many{{"sporsmal.emne", "Mitt emne"}};
  for (int i = 0; i < 5'000; ++i) many.emplace_back("sporsmal.emne", "");
  EXPECT_THAT(shown_of(many), HasSubstr("Mitt emne"));
}

TEST_P(FormPagesTest, name_the_parts_of_a_moment_as_they_are_read_again) {
  guidance = {"dat", "avviksmelding"};
  EXPECT_THAT(pages->get(at(begin()).page("Tid")).body,
              AllOf(HasSubstr("name=\"tid.oppdaget.date\""), HasSubstr("name=\"tid.oppdaget.time\"")));
}

TEST_P(FormPagesTest, save_a_field_while_one_writes_and_answer_with_what_looks_different) {
  const auto id = begin();
  const auto page = pages->get(at(id).page("Kontakt"));
  const auto saved =
      pages->post(at(id).autosave("Kontakt"), {{"kontakt.navn", "Kari Nordmann"}, {"seen", hidden(page.body, "seen")}});
  ASSERT_EQ(saved.status, 200);
  EXPECT_THAT(saved.body,
              AllOf(HasSubstr("id=\"saved-state\""), HasSubstr("id=\"version\""), HasSubstr("Kari Nordmann"),
                    Not(HasSubstr("id=\"form-fields\"")), Not(HasSubstr("name=\"kontakt.epost\""))));
  // A question that comes changes the page as a whole.
  const auto brought = pages->post(at(id).autosave("Kontakt"), {{"kontakt.svar", "telefon"}});
  EXPECT_THAT(brought.body, AllOf(HasSubstr("id=\"form-fields\""), HasSubstr("name=\"kontakt.telefon\"")));
}

TEST_P(FormPagesTest, let_one_choose_when_another_has_changed_the_same_field) {
  const auto id = begin();
  const auto mine = pages->get(at(id).page("Sporsmal"));
  const auto seen = hidden(mine.body, "seen");
  (void)save(colleague, id, {{"sporsmal.emne", "Deres emne"}});
  const auto met =
      pages->post(at(id).page("Sporsmal"), {{"sporsmal.emne", "Mitt emne"}, {"seen", seen}, {"go", "next"}});
  ASSERT_EQ(met.status, 409);
  EXPECT_THAT(met.body, AllOf(HasSubstr("value=\"Mitt emne\""), HasSubstr("Deres emne"),
                              HasSubstr("name=\"keep-mine:sporsmal.emne\""), HasSubstr(colleague.name)));
  const auto emne = [&] {
    const auto draft =
        instances::testing::expect(instances->drafts.open(permit(manager, instances::testing::Action::read, id)));
    return std::string(draft.data["sporsmal"].text("emne"));
  };
  EXPECT_EQ(emne(), "Deres emne");
  const web::Fields again{{"sporsmal.emne", "Mitt emne"},
                          {"seen", hidden(met.body, "seen")},
                          {"conflict:sporsmal.emne", hidden(met.body, "conflict:sporsmal.emne")},
                          {"conflict-by:sporsmal.emne", colleague.name}};
  auto theirs = again;
  theirs.emplace_back("keep-stored:sporsmal.emne", "1");
  EXPECT_EQ(pages->post(at(id).page("Sporsmal"), theirs).status, 303);
  EXPECT_EQ(emne(), "Deres emne");
  auto keep = again;
  keep.emplace_back("keep-mine:sporsmal.emne", "1");
  EXPECT_THAT(location(pages->post(at(id).page("Sporsmal"), keep)), HasSubstr("#"));
  EXPECT_EQ(emne(), "Mitt emne");
}

TEST_P(FormPagesTest, show_what_was_typed_in_a_row_that_is_gone_and_nothing_of_the_row_in_its_place) {
  guidance = {"dat", "avviksmelding"};
  const auto id = begin();
  (void)save(manager, id, {{"add-row:virksomhet.andre", "1"}, {"virksomhet.andre[0].navn", "Aksel AS"}});
  (void)save(manager, id, {{"add-row:virksomhet.andre", "1"}, {"virksomhet.andre[1].navn", "Bergljot AS"}});
  const auto shown = pages->get(at(id).page("Virksomhet"));
  ASSERT_THAT(shown.body, HasSubstr("name=\"virksomhet.andre[1].navn\""));
  (void)save(colleague, id, {{"remove-row:virksomhet.andre[0]", "1"}});
  const auto met = pages->post(at(id).page("Virksomhet"), {{"virksomhet.andre[0].navn", "Aksel og sønner AS"},
                                                           {"virksomhet.andre[1].navn", "Bergljot AS"},
                                                           {"seen", hidden(shown.body, "seen")},
                                                           {"go", "next"}});
  EXPECT_EQ(met.status, 409);
  EXPECT_THAT(met.body, AllOf(HasSubstr(pages->t(Language::nb, "form.conflict.mine")), HasSubstr("Aksel og sønner AS"),
                              HasSubstr(pages->t(Language::nb, "form.conflict.next")),
                              Not(HasSubstr(pages->t(Language::nb, "form.conflict.theirs"))),
                              HasSubstr("value=\"Bergljot AS\"")));
}

TEST_P(FormPagesTest, tell_on_the_overview_what_is_missing_and_send_when_nothing_is) {
  const auto id = begin();
  const auto lacking = pages->get(at(id).overview());
  ASSERT_EQ(lacking.status, 200);
  EXPECT_THAT(lacking.body, AllOf(HasSubstr("fra=oversikt#"), Not(HasSubstr("action=\"" + at(id).send() + "\""))));
  const auto draft = fill(id);
  const auto ready = pages->get(at(id).overview());
  EXPECT_THAT(ready.body, AllOf(HasSubstr("action=\"" + at(id).send() + "\""), HasSubstr("Innsyn")));
  const web::Fields send{{"version", std::to_string(draft.version)}, {"once", post()}};
  EXPECT_EQ(location(pages->post(at(id).send(), send)), matter(id).receipt());
  // Once more: the same answer, and what was the draft's leads to what was sent.
  EXPECT_EQ(location(pages->post(at(id).send(), send)), matter(id).receipt());
  EXPECT_EQ(location(pages->get(at(id).page("Kontakt"))), matter(id).page());
  EXPECT_EQ(pages->post(at(id).page("Kontakt"), {{"kontakt.navn", "x"}}).status, 409);
}

TEST_P(FormPagesTest, send_only_the_version_that_was_shown) {
  const auto id = begin();
  const auto draft = fill(id);
  (void)save(colleague, id, {{"sporsmal.emne", "Deres emne"}});
  EXPECT_EQ(pages->post(at(id).send(), {{"version", std::to_string(draft.version)}, {"once", post()}}).status, 409);
  EXPECT_EQ(pages->post(at(id).send(), {{"once", post()}}).status, 409);
}

TEST_P(FormPagesTest, throw_a_draft_away_once) {
  const auto id = begin();
  const auto once = post();
  const auto inbox_after = location(pages->post(at(id).discard(), {{"once", once}}));
  EXPECT_THAT(inbox_after, HasSubstr("/innboks?mappe=arbeid&gjort=" + once));
  EXPECT_THAT(pages->get(inbox_after).body, HasSubstr(pages->t(Language::nb, "draft.deleted")));
  EXPECT_EQ(pages->get(at(id).page("Kontakt")).status, 404);
  EXPECT_EQ(location(pages->post(at(id).discard(), {{"once", once}})), inbox_after) << "the same post once more";
  EXPECT_EQ(pages->post(at(id).discard(), {{"once", post()}}).status, 404);
}

TEST_P(FormPagesTest, know_nothing_of_a_draft_for_who_may_not_read_it) {
  const auto id = begin();
  // Who acts for the firm, with another form.
  const auto employee = registers.actor("employee");
  give(employee, {"dat", "avviksmelding"});
  pages->log_in(employee);
  for (const auto& address : {at(id).page("Kontakt"), at(id).overview(), at(id).start()})
    EXPECT_EQ(pages->get(address).status, 404) << address;
  pages->log_in(manager);
  EXPECT_EQ(pages->get(at(terms::InstanceId{base::Uuid::v4(registers.random)}).page("Kontakt")).status, 404);
  EXPECT_EQ(pages->get("/a/" + registers.organisation("Fjord og Fjell AS").uuid.text() + "/utkast/x").status, 404);
}

}  // namespace
}  // namespace alting::portal
