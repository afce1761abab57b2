// The ways through a form: which pages are walked, how the others open and lead back, and what stays in view.
#include "portal/form_ways.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/testing/notice_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class FormWaysTest : public testing::NoticePortal {
 protected:
  std::string t(std::string_view id, const base::Texts::Params& params = {}) {
    return pages->t(Language::nb, id, params);
  }
  // What everyone has in the contact register.
  void register_contact(std::string_view mobile, int days_ago = 1) {
    const auto then = registers.clock.now() - base::Duration::days(days_ago);
    ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run(
          "UPDATE local_krr SET status = 'AKTIV', reserved = 0, email = 'maltrost@eksempel.example', email_updated_at "
          "= ?, email_verified_at = NULL, mobile = ?, mobile_updated_at = ?, mobile_verified_at = NULL",
          {then, std::string(mobile), then});
      return {};
    }));
  }
};
INSTANTIATE_TEST_SUITE_P(Sqlite, FormWaysTest, ::testing::Values(store::Engine::sqlite));

TEST_P(FormWaysTest, the_short_way_is_one_page_and_then_the_overview) {
  const auto id = begin({}, "kort");
  EXPECT_EQ(location(pages->get(at(id).start())), at(id).page("Viktigste"));
  EXPECT_EQ(location(pages->post(at(id).page("Viktigste"), {{"go", "next"}})), at(id).overview());
  const auto page = pages->get(at(id).page("Viktigste"));
  ASSERT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr(t("form.more")), HasSubstr("value=\"page:Hendelse\""),
                               HasSubstr("value=\"way:alt\""), Not(HasSubstr("value=\"way:kort\"")),
                               HasSubstr(t("form.steps.summary", {{"number", "1"}, {"count", "2"}}))));
}

TEST_P(FormWaysTest, a_page_that_is_not_walked_opens_and_leads_back) {
  const auto id = begin({}, "kort");
  const auto opened =
      location(pages->post(at(id).page("Viktigste"), {{"beskrivelse.hva", "Feil mottaker"}, {"go", "page:Hendelse"}}));
  EXPECT_EQ(opened, at(id).page("Hendelse") + "?fra=start");
  EXPECT_EQ(draft_of(id).data["beskrivelse"].text("hva"), "Feil mottaker") << "what was typed is saved first";
  const auto page = pages->get(opened);
  EXPECT_THAT(page.body,
              AllOf(HasSubstr(t("form.back_to_page", {{"page", "Det viktigste"}})), Not(HasSubstr("way:alt"))));
  EXPECT_EQ(location(pages->post(opened, {{"go", "next"}})), at(id).page("Viktigste"));
  // From the overview one comes back there.
  const auto from_overview = at(id).page("Hendelse") + "?fra=oversikt";
  EXPECT_THAT(pages->get(from_overview).body, HasSubstr(t("form.back_to_overview")));
  EXPECT_EQ(location(pages->post(from_overview, {{"go", "next"}})), at(id).overview());
  // No other page opens.
  EXPECT_EQ(location(pages->post(at(id).page("Viktigste"), {{"go", "page:Finnes"}})), at(id).page("Viktigste"));
}

TEST_P(FormWaysTest, another_way_can_be_gone_and_nothing_is_lost) {
  const auto id = begin({}, "kort");
  const web::Fields switching{{"beskrivelse.hva", "Feil mottaker"}, {"go", "way:alt"}, {"once", post()}};
  EXPECT_EQ(location(pages->post(at(id).page("Viktigste"), switching)), at(id).start());
  EXPECT_EQ(location(pages->get(at(id).start())), at(id).page("Melding"));
  EXPECT_EQ(draft_of(id).data["beskrivelse"].text("hva"), "Feil mottaker");
  EXPECT_THAT(pages->get(at(id).page("Melding")).body, HasSubstr("value=\"way:kort\""));
  EXPECT_EQ(pages->post(at(id).page("Melding"), {{"go", "way:snarvei"}, {"once", post()}}).status, 400);
}

TEST_P(FormWaysTest, clock_state_and_way_on_stand_in_one_bar) {
  const auto id = begin({}, "kort");
  EXPECT_THAT(pages->get(at(id).page("Viktigste")).body, HasSubstr("<div id=\"deadline-line\"></div>"));
  (void)save(manager, id, short_answers());
  const auto page = pages->get(at(id).page("Viktigste")).body;
  const auto bar = page.substr(page.find("class=\"form-bar\""));
  EXPECT_THAT(bar.substr(0, bar.find("</form>")), AllOf(HasSubstr("class=\"deadline-line\""),
                                                        HasSubstr("id=\"saved-state\""), HasSubstr("value=\"next\"")));
  // Noon and three days, to the minute; and the hour in which no reason is asked for, once.
  const auto grace = t("form.deadline.grace", {{"time", "13:00"}});
  EXPECT_THAT(page, HasSubstr(grace));
  EXPECT_EQ(page.find(grace), page.rfind(grace));
  // What the script is given when a field is saved has both clocks.
  const auto saved = pages->post(at(id).autosave("Viktigste"), {{"beskrivelse.hva", "Mer"}});
  EXPECT_THAT(saved.body, AllOf(HasSubstr("id=\"deadlines\""), HasSubstr("id=\"deadline-line\"")));
}

TEST_P(FormWaysTest, what_an_answer_brings_is_told_with_its_number) {
  const auto id = begin({}, "kort");
  const auto saved =
      pages->post(at(id).autosave("Viktigste"), {{"virksomhet.rolle", "databehandler_paa_vegne"}, {"seen", "{}"}});
  EXPECT_THAT(saved.body, HasSubstr("data-said=\"" + t("form.new_questions_below.one") + "\""));
}

TEST_P(FormWaysTest, ones_own_contact_comes_in_when_one_asks) {
  register_contact("+4740000001");
  const auto id = begin({}, "kort");
  const auto page = pages->get(at(id).page("Viktigste")).body;
  EXPECT_THAT(page, HasSubstr("name=\"my-contact\""));
  EXPECT_EQ(hidden(page, "contact-at"), "kontakt.melder.telefon");
  EXPECT_EQ(draft_of(id).data["kontakt"]["melder"].text("telefon"), "");
  const web::Fields asking{{"my-contact", "1"}, {"contact-at", hidden(page, "contact-at")}, {"once", post()}};
  EXPECT_EQ(location(pages->post(at(id).page("Viktigste"), asking)),
            at(id).page("Viktigste") + "#" + ui::field_id("kontakt.melder.telefon"));
  EXPECT_EQ(draft_of(id).data["kontakt"]["melder"].text("telefon"), "+4740000001");
  EXPECT_THAT(pages->get(at(id).page("Viktigste")).body, Not(HasSubstr("name=\"my-contact\"")));
}

TEST_P(FormWaysTest, that_there_is_no_contact_to_use_is_told_when_one_asks) {
  register_contact("+4740000001", 700);
  const auto id = begin({}, "kort");
  const auto page = pages->get(at(id).page("Viktigste")).body;
  EXPECT_THAT(page, HasSubstr("name=\"my-contact\"")) << "the register is not asked by showing a page";
  const web::Fields asking{{"my-contact", "1"}, {"contact-at", hidden(page, "contact-at")}, {"once", post()}};
  const auto told = location(pages->post(at(id).page("Viktigste"), asking));
  EXPECT_EQ(told, at(id).page("Viktigste") + "?melding=ingen-kontakt");
  EXPECT_THAT(pages->get(told).body, HasSubstr(t("form.contact.none")));
  EXPECT_EQ(draft_of(id).data["kontakt"]["melder"].text("telefon"), "");
}

TEST_P(FormWaysTest, an_addition_is_one_page_and_corrects_the_others_from_there) {
  const auto notice = sent_notice();
  const auto id = begin(notice);
  EXPECT_EQ(location(pages->get(at(id).start())), at(id).page("Tillegg"));
  const auto page = pages->get(at(id).page("Tillegg")).body;
  EXPECT_THAT(page, AllOf(HasSubstr("name=\"tillegg.tekst\""), HasSubstr("name=\"beskrivelse.hovedaarsak\""),
                          HasSubstr(t("form.correct")), Not(HasSubstr("way:"))));
  EXPECT_THAT(page, Not(HasSubstr("id=\"deadline-line\""))) << "its notice was judged when it came";
  EXPECT_EQ(location(pages->post(at(id).page("Tillegg"), {{"tillegg.tekst", "Mer"}, {"go", "page:Hendelse"}})),
            at(id).page("Hendelse") + "?fra=start");
  EXPECT_EQ(location(pages->post(at(id).page("Hendelse") + "?fra=start", {{"go", "next"}})), at(id).page("Tillegg"));
  EXPECT_EQ(location(pages->post(at(id).page("Tillegg"), {{"go", "next"}})), at(id).overview());
}

}  // namespace
}  // namespace alting::portal
