// What was sent, as its party and the agency get it: the inbox, the matter, the receipt, the agency's list.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal/testing/filled_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SentPagesTest : public testing::FilledPortal {
 protected:
  terms::InstanceId sent() {
    const auto id = begin();
    (void)send(id, fill(id).version, post());
    return id;
  }
  // A notice with as little as may be sent, of a high risk; `rest`: the day the rest comes.
  terms::InstanceId short_notice(const std::string& rest = {}) {
    guidance = {"dat", "avviksmelding"};
    const auto id = begin({}, "kort");
    const auto yesterday = base::to_date_oslo(registers.clock.now() - base::Duration::days(1));
    const auto draft = save(manager, id,
                            {{"avslutning.gradert", "nei"},
                             {"tid.kjennskap.date", yesterday},
                             {"tid.kjennskap.time", "10:00"},
                             {"beskrivelse.hva", "En e-post gikk til feil mottaker."},
                             {"kontakt.melder.telefon", "22334455"},
                             {"konsekvenser.risiko", "hoey_risiko"},
                             {"melding.resten", "bekreftet"},
                             {"avslutning.merDato", rest},
                             {"avslutning.erklaering", "bekreftet"}})
                           .draft;
    (void)send(id, draft.version, post());
    return id;
  }
  static std::string body(const Response& response) {
    if (!response.source) return response.body;
    std::string all;
    response.source([&](std::string_view piece) { all += piece; });
    return all;
  }
  PartyAddresses party() { return PartyAddresses(registers.organisation("Fjord og Fjell AS").uuid); }
  AgencyMatterAddresses agency(const terms::InstanceId& id, std::string_view org = "dat") {
    return {org, registers.organisation("Fjord og Fjell AS").uuid, id};
  }
};
INSTANTIATE_TEST_SUITE_P(Sqlite, SentPagesTest, ::testing::Values(store::Engine::sqlite));

TEST_P(SentPagesTest, list_drafts_and_what_was_sent_each_in_its_folder) {
  const auto draft = begin();
  const auto id = sent();
  const auto under_work = pages->get(party().inbox());
  EXPECT_THAT(under_work.body, AllOf(HasSubstr(at(draft).start()), Not(HasSubstr(matter(id).page()))));
  const auto of_sent = pages->get(party().inbox(inbox::Folder::sent));
  EXPECT_THAT(of_sent.body, AllOf(HasSubstr(matter(id).page()), Not(HasSubstr(at(draft).start()))));
  EXPECT_THAT(location(pages->post(matter(id).archive(), {{"arkivert", "ja"}})), HasSubstr("/innboks?mappe=arkiv"));
  EXPECT_THAT(pages->get(party().inbox(inbox::Folder::archive)).body, HasSubstr(matter(id).page()));
  EXPECT_THAT(location(pages->post(matter(id).archive(), {{"arkivert", "nei"}})), HasSubstr("/innboks?mappe=sendt"));
}

TEST_P(SentPagesTest, show_the_matter_with_its_answers_and_documents) {
  const auto id = sent();
  const auto page = pages->get(matter(id).page());
  ASSERT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr("Hvem har sett opplysningene mine?"), HasSubstr(matter(id).receipt()),
                               HasSubstr(matter(id).archive())));
  const auto receipt = pages->get(matter(id).receipt());
  ASSERT_EQ(receipt.status, 200);
  EXPECT_THAT(receipt.body, AllOf(HasSubstr(matter(id).form_pdf()), HasSubstr(matter(id).form_json())));
  const auto submission = instances::testing::expect(
      instances->matters.open_submission(permit(manager, instances::testing::Action::read, id, "EndEvent_1")));
  EXPECT_EQ(body(pages->get(matter(id).form_json())), submission.bytes);
  EXPECT_THAT(body(pages->get(matter(id).form_pdf())), ::testing::StartsWith("%PDF"));
  const auto draft = begin();
  EXPECT_EQ(location(pages->get(matter(draft).page())), at(draft).start()) << "a draft goes on where it is filled in";
}

TEST_P(SentPagesTest, begin_the_receipt_with_what_is_to_be_done_and_fold_the_proof) {
  const auto id = short_notice();
  const auto page = pages->get(matter(id).receipt()).body;
  const auto place = [&](const std::string& words) {
    const auto found = page.find(words);
    EXPECT_NE(found, std::string::npos) << words;
    return found;
  };
  const auto t = [&](std::string_view text) { return pages->t(Language::nb, text); };
  std::size_t before = 0;
  for (const auto& words :
       {t("receipt.reference"), matter(id).receipt_pdf(), std::string("Fristen er "), t("receipt.now"),
        matter(id).task_text(0), t("matter.add"), t("receipt.next"), t("receipt.proof"), t("receipt.server_time")}) {
    EXPECT_LT(before, place(words)) << words;
    before = page.find(words);
  }
  EXPECT_THAT(page, HasSubstr(t("matter.open.no_day")));
  // The same at leisure.
  EXPECT_THAT(
      pages->get(matter(id).page()).body,
      AllOf(HasSubstr(matter(id).task_text(0)), HasSubstr(t("matter.open.no_day")), HasSubstr(t("matter.add"))));
}

TEST_P(SentPagesTest, say_the_day_that_was_given_for_the_rest) {
  const auto day = base::to_date_oslo(registers.clock.now() + base::Duration::days(10));
  const auto id = short_notice(day);
  const auto said = pages->t(Language::nb, "matter.open.rest_day", {{"date", base::date_in_words(day, Language::nb)}});
  const auto without = pages->t(Language::nb, "matter.open.no_day");
  for (const auto& page : {matter(id).receipt(), matter(id).page()})
    EXPECT_THAT(pages->get(page).body, AllOf(HasSubstr(said), Not(HasSubstr(without))));
}

TEST_P(SentPagesTest, give_the_text_to_begin_from_as_a_file_of_words) {
  const auto id = short_notice();
  const auto text = pages->get(matter(id).task_text(0));
  EXPECT_EQ(text.status, 200);
  EXPECT_EQ(text.content_type, "text/plain; charset=utf-8");
  EXPECT_THAT(text.body, AllOf(HasSubstr("Fjord og Fjell AS"), Not(HasSubstr("<"))));
  EXPECT_EQ(pages->get(matter(id).task_text(9)).status, 404);
  EXPECT_EQ(pages->get(matter(begin()).task_text(0)).status, 404) << "of a draft there is nothing";
}

TEST_P(SentPagesTest, lead_from_what_remains_to_an_addition) {
  const auto id = short_notice();
  const auto page = pages->get(matter(id).receipt());
  EXPECT_EQ(hidden(page.body, "valg"), id.text());
  const auto begun = location(pages->post(party().start_service(guidance), {{"valg", id.text()}, {"once", post()}}));
  EXPECT_THAT(begun, HasSubstr("/utkast/"));
}

TEST_P(SentPagesTest, say_of_the_deadline_what_is_so_when_one_looks) {
  const auto id = short_notice();
  const auto told = [&] { return pages->get(matter(id).page()).body; };
  EXPECT_THAT(told(), HasSubstr("Fristen er "));
  registers.clock.advance(base::Duration::days(4));
  EXPECT_THAT(told(), AllOf(HasSubstr("innen fristen, som var "), Not(HasSubstr("Fristen er "))));
}

TEST_P(SentPagesTest, answer_nobody_else) {
  const auto id = sent();
  const auto employee = registers.actor("employee");
  pages->log_in(employee);
  EXPECT_EQ(pages->get(party().inbox()).status, 403);
  EXPECT_EQ(pages->get(matter(id).page()).status, 403);
  // Who acts for the firm, with another form.
  give(employee, {"dat", "avviksmelding"});
  for (const auto& address : {matter(id).page(), matter(id).receipt(), matter(id).receipt_json(),
                              matter(id).form_json(), matter(id).form_pdf()})
    EXPECT_EQ(pages->get(address).status, 404) << address;
  const auto sent_list = pages->get(party().inbox(inbox::Folder::sent));
  EXPECT_EQ(sent_list.status, 200);
  EXPECT_THAT(sent_list.body, Not(HasSubstr(id.text())));
}

TEST_P(SentPagesTest, show_an_agency_what_is_at_high_risk_and_what_nobody_has_opened) {
  const auto calm = sent(), urgent = short_notice();
  const auto tag = [&](std::string_view id, Language language = Language::nb) {
    return ">" + pages->t(language, id) + "<";
  };
  pages->log_in(caseworker);
  for (const auto language : base::all_languages)
    EXPECT_THAT(pages->get("/etat/dat", language).body, AllOf(HasSubstr(tag("agency.high_risk.unopened", language)),
                                                              HasSubstr(tag("agency.unopened", language))));
  (void)pages->get(agency(urgent).page());
  EXPECT_THAT(pages->get("/etat/dat").body,
              AllOf(HasSubstr(tag("agency.high_risk")), Not(HasSubstr(tag("agency.high_risk.unopened"))),
                    HasSubstr(tag("agency.unopened"))));
  (void)pages->get(agency(calm).page());
  EXPECT_THAT(pages->get("/etat/dat").body, Not(HasSubstr(tag("agency.unopened"))));
}

TEST_P(SentPagesTest, show_an_agency_what_was_sent_to_it_and_nothing_of_drafts) {
  const auto draft = begin();
  (void)fill(draft);
  const auto id = sent();
  pages->log_in(caseworker);
  const auto queue = pages->get("/etat/dat");
  ASSERT_EQ(queue.status, 200);
  EXPECT_THAT(queue.body, AllOf(HasSubstr(agency(id).page()), Not(HasSubstr(draft.text()))));
  const auto page = pages->get(agency(id).page());
  ASSERT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr("Hvem har sett opplysningene mine?"), HasSubstr(agency(id).form_json())));
  EXPECT_EQ(pages->get(agency(draft).page()).status, 404);
  EXPECT_EQ(pages->get(agency(draft).form_json()).status, 404);
  EXPECT_EQ(pages->get(agency(id, "brreg").page()).status, 404);
  EXPECT_THAT(pages->get("/etat/brreg").status, AnyOf(403, 404));
  pages->log_in(manager);
  EXPECT_THAT(pages->get("/etat/dat").status, AnyOf(403, 404));
  EXPECT_THAT(pages->get(agency(id).page()).status, AnyOf(403, 404));
}

TEST_P(SentPagesTest, offer_to_add_to_what_was_sent) {
  const auto id = sent();
  const auto app = *terms::AppId::parse("dat/veiledning");
  const auto start = pages->get(party().service(app));
  ASSERT_EQ(start.status, 200);
  EXPECT_THAT(start.body, AllOf(HasSubstr("value=\"" + id.text() + "\""), HasSubstr("value=\"ny\"")));
  const auto chosen = [&](web::Fields form) {
    form.emplace_back("once", post());
    return pages->post(party().start_service(app), std::move(form));
  };
  EXPECT_EQ(chosen({}).status, 422);  // one must say which
  EXPECT_EQ(chosen({{"valg", base::Uuid::v4(registers.random).text()}}).status, 422);
  EXPECT_THAT(location(chosen({{"valg", "ny"}})), HasSubstr("/utkast/"));
  EXPECT_THAT(location(chosen({{"valg", id.text()}})), HasSubstr("/utkast/"));
}

}  // namespace
}  // namespace alting::portal
