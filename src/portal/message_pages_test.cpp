// A message as its recipient sees it: in the inbox, on its page, answered, kept and deleted.
#include "portal/message_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "instances/kept_deleted.h"
#include "paper/zip.h"
#include "portal/inbox_many.h"
#include "portal/testing/filled_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class MessagePagesTest : public testing::FilledPortal {
 protected:
  std::string t(std::string_view id, const base::Texts::Params& params = {}) {
    return pages->t(Language::nb, id, params);
  }
  parties::Party the_party() { return registers.organisation("Fjord og Fjell AS"); }
  MessageAddresses at(const inbox::MessageId& id) { return PartyAddresses(the_party().uuid).message(id); }
  std::string list(inbox::Folder folder, const std::string& more = "") {
    return pages->get(PartyAddresses(the_party().uuid).inbox(folder) + more).body;
  }
  std::string list_of_all(const std::string& query = "") { return pages->get("/innboks" + query).body; }
  // A person's own post.
  inbox::MessageId to_oneself(const terms::Actor& person, const std::string& title) {
    return letter({.party = person.party_uuid}, [&](auto& message) { message.title = title; });
  }
  // Until when a business can have back what it deletes now.
  std::string day_of_the_end() {
    return base::format_local(instances::goes_for_good(registers.clock.now()), base::TimeStyle::date, Language::nb);
  }
  web::Fields chosen(std::string_view act, const std::vector<std::string>& keys, inbox::Folder folder) {
    web::Fields fields{{"gjor", std::string(act)}, {"mappe", std::string(folder_code(folder))}};
    for (const auto& key : keys) fields.emplace_back("valgt", key);
    return fields;
  }
  web::Fields confirmed(const std::vector<std::string>& keys, inbox::Folder folder) {
    auto fields = chosen("remove", keys, folder);
    fields.emplace_back("bekreft", "ja");
    for (const auto& key : keys) fields.emplace_back("once:" + key, post());
    return fields;
  }
  static std::string octets(const Response& response) {
    if (!response.source) return response.body;
    std::string all;
    response.source([&](std::string_view piece) { all += piece; });
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Sqlite, MessagePagesTest, ::testing::Values(store::Engine::sqlite));

TEST_P(MessagePagesTest, is_unread_until_it_is_opened_and_that_is_told_to_who_sent_it) {
  const auto id = letter(the_firm(), [](auto& message) { message.summary = "Kort sagt."; });
  EXPECT_THAT(list(inbox::Folder::received), AllOf(HasSubstr("item-unread"), HasSubstr("Om internkontroll"),
                                                   HasSubstr("26/00042"), HasSubstr(at(id).page())));
  const auto page = pages->get(at(id).page());
  ASSERT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr("<strong>svar</strong>"), HasSubstr("Kort sagt."),
                               HasSubstr(t("mailbox.opened")), HasSubstr(t("mailbox.seen_by_sender"))));
  EXPECT_THAT(list(inbox::Folder::received), AllOf(HasSubstr("Om internkontroll"), Not(HasSubstr("item-unread"))));
}

TEST_P(MessagePagesTest, what_it_says_in_markdown_becomes_no_markup_of_its_own) {
  const auto id = letter(the_firm(), [](auto& message) {
    message.title = "<script>alert(1)</script>";
    message.body = "<img src=x onerror=alert(1)>\n\n![bilde](https://spor.example/1.png)\n\n[her](javascript:alert(1))";
  });
  const auto body = pages->get(at(id).page()).body;
  EXPECT_THAT(body, AllOf(Not(HasSubstr("<script>alert")), Not(HasSubstr("<img")), Not(HasSubstr("href=\"javascript")),
                          Not(HasSubstr("src=\"https://spor.example"))));
}

TEST_P(MessagePagesTest, is_another_partys_or_confidential_and_then_it_is_not_there) {
  const auto id = letter(the_firm(), [](auto& message) { message.confidential = true; });
  EXPECT_EQ(pages->get(at(id).page()).status, 404) << "no role opens what is confidential";
  EXPECT_THAT(list(inbox::Folder::received), Not(HasSubstr("Om internkontroll")));
  const auto told = [&] {  // in the list of kinds, and where it happened
    const auto body = pages->get(PartyAddresses(the_party().uuid).activity()).body;
    const auto title = t(ledger::info(ledger::EventKind::message_made_available).text_id);
    std::size_t count = 0;
    for (auto from = body.find(title); from != std::string::npos; from = body.find(title, from + 1)) ++count;
    return count;
  };
  EXPECT_EQ(told(), 1U) << "nor does the log tell that it came";
  (void)letter(the_firm());
  EXPECT_EQ(told(), 2U) << "of other letters it does";
  const auto employee = registers.actor("employee");
  give(employee, {"dat", "brev"});
  pages->log_in(employee);
  EXPECT_THAT(pages->get(at(id).page()).body, HasSubstr(t("mailbox.confidential")));
  const auto own = PartyAddresses(employee.party_uuid).message(id);
  EXPECT_EQ(pages->get(own.page()).status, 404) << "it is the firm's";
}

TEST_P(MessagePagesTest, is_confirmed_and_the_question_is_gone) {
  const auto id = letter(the_firm(), [](auto& message) { message.must_confirm = true; });
  EXPECT_THAT(list(inbox::Folder::received), HasSubstr(t("inbox.asks_confirmation")));
  EXPECT_THAT(pages->get(at(id).page()).body, HasSubstr(at(id).confirm()));
  const auto done = pages->post(at(id).confirm(), {{"once", post()}});
  ASSERT_EQ(done.status, 303);
  EXPECT_THAT(pages->get(location(done)).body,
              AllOf(HasSubstr(t("mailbox.confirm.done")), Not(HasSubstr(at(id).confirm()))));
  EXPECT_THAT(list(inbox::Folder::received), Not(HasSubstr(t("inbox.asks_confirmation"))));
}

TEST_P(MessagePagesTest, leads_to_the_form_that_answers_it_and_back_to_what_was_begun_and_sent) {
  const auto id = letter(the_firm(), [](auto& message) {
    message.reply = {inbox::ReplyWay::Kind::form, terms::AppId{"dat", "veiledning"}};
  });
  const auto way = PartyAddresses(the_party().uuid).answer_with({"dat", "veiledning"}, id);
  EXPECT_THAT(pages->get(at(id).page()).body, AllOf(HasSubstr(way), HasSubstr(t("mailbox.reply.form.go"))));
  const auto start = pages->get(way);
  ASSERT_EQ(start.status, 200);
  EXPECT_THAT(start.body, AllOf(HasSubstr(t("service.answers_message")), HasSubstr(at(id).page())));
  EXPECT_EQ(hidden(start.body, "svarer"), id.text());
  const auto start_at = PartyAddresses(the_party().uuid).start_service({"dat", "veiledning"});
  const web::Fields fields{{"svarer", id.text()}, {"vei", ""}, {"once", post()}};
  const auto begun = pages->post(start_at, fields);
  ASSERT_EQ(begun.status, 303) << begun.body;
  EXPECT_EQ(location(pages->post(start_at, fields)), location(begun)) << "once more it is the same draft";
  EXPECT_THAT(pages->get(at(id).page()).body,
              AllOf(HasSubstr(location(begun)), HasSubstr(t("mailbox.reply.form.go_on"))));
  const auto mark = location(begun).find("/utkast/") + 8;
  const auto draft = terms::InstanceId::parse(location(begun).substr(mark, 36)).value();
  (void)send(draft, fill(draft).version, post());
  ASSERT_EQ(messages.messages.settle_form_replies(), 1);
  EXPECT_THAT(pages->get(at(id).page()).body,
              AllOf(HasSubstr(matter(draft).page()), HasSubstr(t("mailbox.reply.form.open"))));
}

TEST_P(MessagePagesTest, starts_no_form_that_it_does_not_ask_for_and_none_for_who_may_not_read_it) {
  const auto plain = letter(the_firm());
  const PartyAddresses firms(the_party().uuid);
  const auto start = firms.start_service({"dat", "veiledning"});
  EXPECT_EQ(pages->get(firms.answer_with({"dat", "veiledning"}, plain)).status, 422);
  EXPECT_EQ(pages->post(start, {{"svarer", plain.text()}, {"once", post()}}).status, 422);
  const auto closed = letter(the_firm(), [](auto& message) {
    message.confidential = true;
    message.reply = {inbox::ReplyWay::Kind::form, terms::AppId{"dat", "veiledning"}};
  });
  EXPECT_EQ(pages->get(firms.answer_with({"dat", "veiledning"}, closed)).status, 404);
  EXPECT_EQ(pages->post(start, {{"svarer", closed.text()}, {"once", post()}}).status, 404);
  EXPECT_TRUE(inbox.list(instances::testing::expect(access->decider().scope(manager, terms::Action::read, firm)), {})
                  .rows.empty())
      << "no draft was begun";
}

TEST_P(MessagePagesTest, is_answered_with_words_and_files_and_the_answer_stands_on_its_page) {
  const auto id = letter(the_firm(), [](auto& message) { message.reply.kind = inbox::ReplyWay::Kind::message; });
  EXPECT_EQ(pages->get(at(id).answer()).status, 200);
  const auto path = files.path() / "svar.pdf";
  std::ofstream(path, std::ios::binary) << instances::testing::small_pdf;
  const auto with_file = [&] {
    std::vector<web::Upload> uploads;
    uploads.emplace_back("vedlegg", "svar.pdf", "application/pdf", path,
                         static_cast<std::int64_t>(instances::testing::small_pdf.size()), base::Bytes());
    return uploads;
  };
  const auto empty = pages->post(at(id).answer(), {{"tekst", " "}, {"once", post()}}, with_file());
  EXPECT_EQ(empty.status, 422);
  EXPECT_THAT(empty.body, AllOf(HasSubstr(t("messages.error.no_body")), HasSubstr(t("mailbox.answer.attached"))));
  const auto mark = empty.body.find("name=\"lagt-ved\"");
  ASSERT_NE(mark, std::string::npos) << "the file need not be chosen again";
  const auto value = empty.body.find("value=\"", mark) + 7;
  const auto staged = empty.body.substr(value, empty.body.find('"', value) - value);
  const auto done =
      pages->post(at(id).answer(), {{"tekst", "Her er svaret vårt."}, {"lagt-ved", staged}, {"once", post()}});
  ASSERT_EQ(done.status, 303) << done.body;
  const auto page = pages->get(location(done)).body;
  EXPECT_THAT(page,
              AllOf(HasSubstr(t("mailbox.answer.done")), HasSubstr("Her er svaret vårt."), HasSubstr("svar.pdf")));
  const auto link = page.find("/vedlegg/");
  ASSERT_NE(link, std::string::npos);
  const auto begin_of_file = page.rfind('"', link) + 1;
  EXPECT_EQ(octets(pages->get(page.substr(begin_of_file, page.find('"', link) - begin_of_file))),
            instances::testing::small_pdf);
  EXPECT_THAT(list(inbox::Folder::received), HasSubstr(t("inbox.answered")));
}

TEST_P(MessagePagesTest,
       an_answer_is_shown_again_with_what_was_typed_when_a_file_is_too_large_or_the_session_was_over) {
  const auto id = letter(the_firm(), [](auto& message) { message.reply.kind = inbox::ReplyWay::Kind::message; });
  std::vector<web::Upload> uploads;
  uploads.emplace_back("vedlegg", "film.pdf", "application/pdf", std::filesystem::path(), 0, base::Bytes());
  uploads.back().too_large = true;
  const auto large = pages->post(at(id).answer(), {{"tekst", "Se filmen"}, {"once", post()}}, std::move(uploads));
  EXPECT_EQ(large.status, 422);
  EXPECT_THAT(large.body, AllOf(HasSubstr("Se filmen"), HasSubstr("film.pdf"), HasSubstr("href=\"#vedlegg\"")));
  const auto start = pages->get(at(id).answer()).body;
  EXPECT_THAT(start, Not(HasSubstr("id=\"form-restored\"")));
  pages->sessions.session.reset();
  EXPECT_EQ(pages
                ->post(at(id).answer(),
                       {{"tekst", "Nesten sendt"}, {"once", post()}, {"keep:for", hidden(start, "keep:for")}})
                .status,
            303);
  pages->log_in(manager);
  EXPECT_THAT(pages->get(at(id).answer()).body,
              AllOf(HasSubstr("id=\"form-restored\""), HasSubstr("autofocus"), HasSubstr(t("mailbox.answer.restored")),
                    HasSubstr("Nesten sendt")));
  const auto shown =
      pages->post(at(id).answer(), {{"tekst", "På et annet språk"}, {"gjor", "endre"}, {"once", post()}});
  EXPECT_EQ(shown.status, 200);
  EXPECT_THAT(shown.body, HasSubstr("På et annet språk")) << "and it is not sent";
}

TEST_P(MessagePagesTest, that_takes_no_answer_says_so) {
  const auto id = letter(the_firm());
  EXPECT_EQ(pages->get(at(id).answer()).status, 422);
  EXPECT_EQ(pages->post(at(id).answer(), {{"tekst", "Likevel"}, {"once", post()}}).status, 422);
  EXPECT_THAT(pages->get(at(id).page()).body, Not(HasSubstr(at(id).answer())));
}

TEST_P(MessagePagesTest, proves_what_was_made_available_and_when_it_was_opened) {
  const auto id = letter(the_firm());
  const auto page = pages->get(at(id).page()).body;
  EXPECT_THAT(page, HasSubstr(t("mailbox.receipt.available")));
  const auto available = pages->get(at(id).receipt_json(""));
  EXPECT_EQ(available.status, 200);
  EXPECT_THAT(available.body, HasSubstr("message.made_available"));
  EXPECT_THAT(pages->get(at(id).receipt_json("opened")).body, HasSubstr("message.opened"));
  EXPECT_THAT(pages->get(at(id).receipt_pdf("available")).body, HasSubstr("%PDF"));
  EXPECT_EQ(pages->get(at(id).receipt_json("confirmed")).status, 404);
}

TEST_P(MessagePagesTest, goes_to_the_archive_and_back_and_a_business_has_a_deleted_one_until_its_day) {
  const auto id = letter(the_firm());
  const web::Fields away{{"arkivert", "ja"}, {"once", post()}};
  const auto archived = location(pages->post(at(id).move(), away));
  EXPECT_THAT(archived, HasSubstr("mappe=arkiv"));
  EXPECT_THAT(pages->get(archived).body, HasSubstr(t("mailbox.archived")));
  EXPECT_EQ(location(pages->post(at(id).move(), away)), archived) << "the post that comes again gets the first answer";
  EXPECT_THAT(pages->get(at(id).page()).body, HasSubstr(t("inbox.archive.notice")));
  const auto back = location(pages->post(at(id).move(), {{"arkivert", "nei"}, {"once", post()}}));
  EXPECT_THAT(back, HasSubstr("mappe=mottatt"));
  EXPECT_THAT(pages->get(back).body, HasSubstr(t("mailbox.taken_back")));
  const auto removed = pages->post(at(id).remove(), {{"once", post()}});
  EXPECT_THAT(pages->get(location(removed)).body, HasSubstr(t("mailbox.removed")));
  EXPECT_THAT(list(inbox::Folder::deleted), AllOf(HasSubstr("Om internkontroll"), HasSubstr("Forsvinner ")));
  EXPECT_THAT(pages->get(at(id).page()).body,
              AllOf(HasSubstr(t("mailbox.take_back")), HasSubstr(t("inbox.many.remove.at_once"))));
}

TEST_P(MessagePagesTest, of_a_person_is_gone_at_once_and_a_post_that_comes_again_gets_the_first_answer) {
  const auto employee = registers.actor("employee");
  const auto id = to_oneself(employee, "Til deg");
  pages->log_in(employee);
  const auto own = PartyAddresses(employee.party_uuid).message(id);
  EXPECT_THAT(pages->get(own.page()).body, HasSubstr(t("inbox.many.remove.at_once")));
  const auto once = post();
  EXPECT_EQ(pages->post(own.remove(), {{"once", once}}).status, 303);
  EXPECT_EQ(pages->get(own.page()).status, 404);
  EXPECT_EQ(pages->post(own.remove(), {{"once", once}}).status, 303);
  EXPECT_EQ(pages->post(own.remove(), {{"once", post()}}).status, 404);
}

TEST_P(MessagePagesTest, of_all_that_one_acts_for_lie_in_one_inbox_with_whose_each_is) {
  const auto of_firm = letter(the_firm());
  const auto own = to_oneself(manager, "Bare til deg");
  const auto all = list_of_all("?mappe=mottatt");
  EXPECT_THAT(all, AllOf(HasSubstr("Om internkontroll"), HasSubstr("Bare til deg"), HasSubstr("Fjord og Fjell AS"),
                         HasSubstr(t("inbox.title.all"))));
  EXPECT_THAT(list(inbox::Folder::received), Not(HasSubstr("Bare til deg")));
  const auto key = [](const terms::PartyUuid& party, const inbox::MessageId& id) {
    return party.text() + "." + message_key(id);
  };
  const std::vector keys{key(the_party().uuid, of_firm), key(manager.party_uuid, own)};
  EXPECT_THAT(all, AllOf(HasSubstr(keys[0]), HasSubstr(keys[1])));
  const auto asked = pages->post("/innboks/valgte", chosen("remove", keys, inbox::Folder::received)).body;
  EXPECT_THAT(asked, AllOf(HasSubstr(t("inbox.many.gone.at_once")),
                           HasSubstr(t("inbox.many.gone.later", {{"day", day_of_the_end()}}))));
  EXPECT_THAT(list_of_all("?mappe=mottatt"), HasSubstr("Bare til deg")) << "nothing is done by asking";
  EXPECT_THAT(pages->post("/innboks/valgte", confirmed(keys, inbox::Folder::received)).body,
              HasSubstr(pages->texts.plural(Language::nb, "inbox.many.remove.done", 2)));
  EXPECT_THAT(list_of_all("?mappe=slettet"), AllOf(HasSubstr("Om internkontroll"), Not(HasSubstr("Bare til deg"))));
  // A stranger who names both keys does nothing with either.
  pages->log_in(registers.actor("employee"));
  EXPECT_THAT(
      pages->post("/innboks/valgte", confirmed(keys, inbox::Folder::deleted)).body,
      AllOf(HasSubstr(pages->texts.plural(Language::nb, "inbox.many.not_done", 2)), Not(HasSubstr("internkontroll"))));
}

TEST_P(MessagePagesTest, is_found_by_agency_status_and_day_and_a_filter_that_is_none_is_not_asked_by) {
  const auto id = letter(the_firm());
  const auto shows = [&](const std::string& more) {
    return list(inbox::Folder::received, more).find(at(id).page()) != std::string::npos;
  };
  const auto today = base::to_date_oslo(registers.clock.now());
  EXPECT_TRUE(shows("&etat=dat&skjema=dat/brev&status=ulest&fra-dag=" + today + "&til-dag=" + today));
  EXPECT_FALSE(shows("&status=venter"));
  EXPECT_FALSE(shows("&skjema=dat/veiledning"));
  EXPECT_FALSE(shows("&fra-dag=" + base::to_date_oslo(registers.clock.now() + base::Duration::days(1))));
  EXPECT_FALSE(shows("&til-dag=" + base::to_date_oslo(registers.clock.now() - base::Duration::days(1))));
  EXPECT_TRUE(shows("&etat=finnesikke&skjema=veiledning&status=x&fra-dag=i%20dag"));
  (void)pages->get(at(id).page());
  EXPECT_FALSE(shows("&status=ulest"));
}

TEST_P(MessagePagesTest, and_what_was_sent_are_copied_into_one_archive_whole_or_not_at_all) {
  const auto id = letter(the_firm());
  const auto draft = begin();
  const auto was_sent = [&] {
    const auto form = begin();
    (void)send(form, fill(form).version, post());
    return form;
  }();
  const auto where = PartyAddresses(the_party().uuid).chosen_rows();
  const auto copy = pages->post(where, chosen("copy", {message_key(id), was_sent.text()}, inbox::Folder::archive));
  EXPECT_EQ(copy.content_type, "application/zip");
  const auto entries = instances::testing::expect(paper::unzip(octets(copy), registers.clock));
  std::string names;
  for (const auto& entry : entries) names += entry.name + "\n";
  EXPECT_THAT(names, HasSubstr("SHA256SUMS"));
  EXPECT_GT(entries.size(), 4U) << names;
  EXPECT_THAT(list(inbox::Folder::received), Not(HasSubstr("item-unread"))) << "who takes a copy has opened it";
  const auto refused = pages->post(where, chosen("copy", {message_key(id), draft.text()}, inbox::Folder::archive));
  EXPECT_THAT(refused.body, AllOf(HasSubstr(t("error.inbox.not_sent")), Not(HasSubstr("PK\x03\x04"))));
}

TEST_P(MessagePagesTest, mail_that_came_back_is_told_where_one_lands_after_the_login) {
  EXPECT_THAT(list(inbox::Folder::received), Not(HasSubstr(t("mailbox.bounced.title"))));
  contacts.points().mark_bounced(manager.party, "modig@eksempel.example", "krr", "5.1.1", registers.clock.now());
  EXPECT_THAT(list(inbox::Folder::received), AllOf(HasSubstr(t("mailbox.bounced.title")), HasSubstr("/profil"),
                                                   Not(HasSubstr("modig@eksempel.example"))));
  EXPECT_THAT(pages->get(at(letter(the_firm())).page()).body, HasSubstr(t("mailbox.bounced.title")));
}

TEST_P(MessagePagesTest, the_inbox_opens_where_something_unread_is) {
  const auto draft = begin();
  const auto inbox_of_firm = PartyAddresses(registers.organisation("Fjord og Fjell AS").uuid).inbox();
  EXPECT_THAT(pages->get(inbox_of_firm).body, HasSubstr(draft.text()));
  const auto id = letter(the_firm());
  for (const auto& opened : {pages->get(inbox_of_firm).body, list_of_all()})
    EXPECT_THAT(opened, AllOf(HasSubstr(at(id).page()), Not(HasSubstr("utkast/" + draft.text()))));
  EXPECT_THAT(pages->get(inbox_of_firm + "?mappe=arbeid").body, HasSubstr(draft.text()));
  (void)pages->get(at(id).page());
  EXPECT_THAT(pages->get(inbox_of_firm).body, HasSubstr(draft.text()));
}

TEST_P(MessagePagesTest, the_due_day_is_calm_once_all_that_was_asked_for_is_done) {
  const auto id = letter(the_firm(), [&](inbox::NewMessage& message) {
    message.must_confirm = true;
    message.due = registers.clock.now() + base::Duration::days(3);
  });
  EXPECT_THAT(list(inbox::Folder::received), HasSubstr("Frist om"));
  EXPECT_THAT(pages->get(at(id).page()).body, Not(HasSubstr("Frist var")));
  ASSERT_EQ(pages->post(at(id).confirm(), {{"once", post()}}).status, 303);
  EXPECT_THAT(list(inbox::Folder::received), Not(HasSubstr("Frist om")));
  EXPECT_THAT(pages->get(at(id).page()).body, HasSubstr("Frist var"));
}

}  // namespace
}  // namespace alting::portal
