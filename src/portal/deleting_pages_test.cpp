// Deleting what was sent, from its page and from the inbox: what is said before, whose goes at once, what can be had back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "instances/kept_deleted.h"
#include "portal/inbox_many.h"
#include "portal/inbox_rows.h"
#include "portal/testing/filled_portal.h"

namespace alting::portal {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class DeletingPagesTest : public testing::FilledPortal {
 protected:
  std::string t(std::string_view id, const base::Texts::Params& params = {}) {
    return pages->t(Language::nb, id, params);
  }
  terms::InstanceId sent() {
    const auto id = begin();
    (void)send(id, fill(id).version, post());
    return id;
  }
  terms::InstanceId added_to(const terms::InstanceId& notice) {
    const auto id = begin(notice);
    (void)send(id, save(manager, id, {{"mer.tekst", "Enda et spørsmål"}}).draft.version, post());
    return id;
  }
  void become_person() {
    manager = registers.actor("employee");
    firm = manager.party;
    pages->log_in(manager);
  }
  PartyAddresses here() { return PartyAddresses(registers.registry->find(firm)->uuid); }
  std::string list(inbox::Folder folder) { return pages->get(here().inbox(folder)).body; }
  std::string later() {
    return t("deleting.form.later", {{"day", base::format_local(instances::goes_for_good(registers.clock.now()),
                                                                base::TimeStyle::date, Language::nb)}});
  }
  std::string agency_keeps() { return t("deleting.agency_keeps", {{"agency", "Datatilsynet"}}); }
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
};
INSTANTIATE_TEST_SUITE_P(Sqlite, DeletingPagesTest, ::testing::Values(store::Engine::sqlite));

TEST_P(DeletingPagesTest, of_a_business_says_before_until_when_it_can_be_had_back_and_whose_copy_stays) {
  const auto id = sent();
  const auto at = here().matter(id);
  EXPECT_THAT(pages->get(at.page()).body,
              AllOf(HasSubstr(later()), HasSubstr(agency_keeps()), Not(HasSubstr(t("deleting.form.at_once")))));
  const auto done = pages->post(at.remove(), {{"once", post()}});
  ASSERT_EQ(done.status, 303);
  EXPECT_THAT(pages->get(location(done)).body, AllOf(HasSubstr(t("deleting.done")), Not(HasSubstr(at.page()))));
  EXPECT_THAT(list(inbox::Folder::deleted), AllOf(HasSubstr(at.page()), HasSubstr("Forsvinner ")));
  const auto deleted = pages->get(at.page()).body;
  EXPECT_THAT(deleted, AllOf(HasSubstr(at.bring_back()), HasSubstr(t("deleting.now")),
                             HasSubstr(t("deleting.form.at_once")), Not(HasSubstr(at.archive()))));
  const auto back = pages->post(at.bring_back(), {{"once", post()}});
  ASSERT_EQ(back.status, 303);
  EXPECT_THAT(pages->get(location(back)).body, AllOf(HasSubstr(t("deleting.brought_back")), HasSubstr(at.page())));
}

TEST_P(DeletingPagesTest, of_a_business_goes_for_good_only_from_deleted) {
  const auto at = here().matter(sent());
  EXPECT_EQ(pages->post(at.remove(), {{"endelig", "ja"}, {"once", post()}}).status, 409);
  ASSERT_EQ(pages->post(at.remove(), {{"once", post()}}).status, 303);
  ASSERT_EQ(pages->post(at.remove(), {{"endelig", "ja"}, {"once", post()}}).status, 303);
  EXPECT_EQ(pages->get(at.page()).status, 404);
  EXPECT_THAT(list(inbox::Folder::deleted), Not(HasSubstr(at.page())));
}

TEST_P(DeletingPagesTest, of_a_person_is_gone_at_once_from_every_page_and_the_post_again_gets_the_first_answer) {
  become_person();
  const auto id = sent();
  const auto at = here().matter(id);
  EXPECT_THAT(pages->get(at.page()).body, AllOf(HasSubstr(t("deleting.form.at_once")), HasSubstr(agency_keeps())));
  const auto once = post();
  ASSERT_EQ(pages->post(at.remove(), {{"once", once}}).status, 303);
  for (const auto& page : {at.page(), at.receipt(), at.receipt_json(), at.receipt_pdf(), at.form_json(), at.form_pdf()})
    EXPECT_EQ(pages->get(page).status, 404) << page;
  for (const auto folder : {inbox::Folder::sent, inbox::Folder::archive, inbox::Folder::deleted})
    EXPECT_THAT(list(folder), Not(HasSubstr(at.page())));
  EXPECT_EQ(pages->post(at.remove(), {{"once", once}}).status, 303);
  EXPECT_EQ(pages->post(at.remove(), {{"once", post()}}).status, 404);
  const auto copied = pages->post(here().chosen_rows(), chosen("copy", {id.text()}, inbox::Folder::sent));
  EXPECT_NE(copied.content_type, "application/zip");
}

TEST_P(DeletingPagesTest, of_several_chosen_takes_each_matter_whole_and_once) {
  const auto id = sent(), addition = added_to(id), other = sent();
  const std::vector keys{id.text(), addition.text(), other.text()};
  const auto asked = pages->post(here().chosen_rows(), chosen("remove", keys, inbox::Folder::sent)).body;
  EXPECT_THAT(asked, AllOf(HasSubstr(t("inbox.many.gone.later",
                                       {{"day", base::format_local(instances::goes_for_good(registers.clock.now()),
                                                                   base::TimeStyle::date, Language::nb)}})),
                           HasSubstr(agency_keeps()), HasSubstr("once:" + id.text()),
                           Not(HasSubstr("once:" + addition.text())), HasSubstr("once:" + other.text())));
  EXPECT_THAT(list(inbox::Folder::sent), HasSubstr(here().matter(id).page())) << "nothing is done by asking";
  const std::vector matters{id.text(), other.text()};
  EXPECT_THAT(pages->post(here().chosen_rows(), confirmed(matters, inbox::Folder::sent)).body,
              HasSubstr(pages->texts.plural(Language::nb, "inbox.many.remove.done", 2)));
  EXPECT_THAT(list(inbox::Folder::deleted),
              AllOf(HasSubstr(here().matter(id).page()), HasSubstr(here().matter(addition).page())));
  // What is chosen together with an addition of it comes back once.
  EXPECT_THAT(pages->post(here().chosen_rows(), chosen("take_back", keys, inbox::Folder::deleted)).body,
              HasSubstr(pages->texts.plural(Language::nb, "inbox.many.take_back.done", 3)));
  EXPECT_THAT(list(inbox::Folder::sent), HasSubstr(here().matter(addition).page()));
}

TEST_P(DeletingPagesTest, is_told_in_the_activity_log_with_what_was_done) {
  const auto at = here().matter(sent());
  ASSERT_EQ(pages->post(at.remove(), {{"once", post()}}).status, 303);
  ASSERT_EQ(pages->post(at.bring_back(), {{"once", post()}}).status, 303);
  log->flush();
  EXPECT_THAT(pages->get(here().activity()).body,
              AllOf(HasSubstr(t("event.instance.removed")), HasSubstr(t("event.instance.brought_back"))));
}

}  // namespace
}  // namespace alting::portal
