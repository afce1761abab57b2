#include "portal/addresses.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "web/router.h"

namespace alting::portal {
namespace {

const auto party = *terms::PartyUuid::parse("0192d7f0-0000-7000-8000-000000000001");
const auto instance = *terms::InstanceId::parse("0192d7f0-0000-7000-8000-000000000002");
const auto element = *terms::DataElementId::parse("0192d7f0-0000-7000-8000-000000000003");
const auto delegation = *terms::DelegationId::parse("0192d7f0-0000-7000-8000-000000000004");
const auto app = *terms::AppId::parse("dat/avviksmelding");
const std::string of_party = "/a/" + party.text(), of_draft = of_party + "/utkast/" + instance.text(),
                  of_matter = of_party + "/sak/" + instance.text();

TEST(Addresses, are_followed_on_this_site_only) {
  for (const auto* good : {"/", "/a/b?c=d#e", "/skjema?q=%C3%A5"}) EXPECT_EQ(local_path(good, "/x"), good);
  for (const auto* bad :
       {"", "a", "//evil.example", "https://evil.example", "/\\evil.example", "/a b", "/a%0d%0ab", "/a%1fb"})
    EXPECT_EQ(local_path(bad, "/x"), "/x") << bad;
  EXPECT_EQ(local_path("/" + std::string(1000, 'a'), "/x"), "/x");
}

TEST(Addresses, say_which_form_and_whose_page_they_are) {
  EXPECT_EQ(form_at("/skjema/dat/avviksmelding"), app);
  EXPECT_EQ(form_at("/skjema/dat/avviksmelding?x=y"), app);
  for (const auto* none :
       {"", "/innboks", "/skjema", "/skjema/", "/skjema/dat", "/skjema/dat/avviksmelding/start", "/skjemaer/a/b"})
    EXPECT_FALSE(form_at(none)) << none;
  EXPECT_TRUE(is_agencys("/etat/dat"));
  EXPECT_FALSE(is_agencys("/etat"));
  EXPECT_FALSE(is_agencys("/a/etat/"));
}

TEST(Addresses, are_those_that_people_have_bookmarked) {
  const PartyAddresses at(party);
  const auto draft = at.draft(instance);
  const auto matter = at.matter(instance);
  const AgencyMatterAddresses agency("dat", party, instance);
  const std::vector<std::pair<std::string, std::string>> addresses{
      {at.inbox(), of_party + "/innboks"},
      {at.inbox(inbox::Folder::work), of_party + "/innboks?mappe=arbeid"},
      {at.inbox(inbox::Folder::sent), of_party + "/innboks?mappe=sendt"},
      {at.inbox(inbox::Folder::received), of_party + "/innboks?mappe=mottatt"},
      {at.inbox(inbox::Folder::archive), of_party + "/innboks?mappe=arkiv"},
      {at.inbox(inbox::Folder::deleted), of_party + "/innboks?mappe=slettet"},
      {at.access(), of_party + "/tilgang"},
      {at.give_access(), of_party + "/tilgang/gi"},
      {at.withdraw_access(delegation), of_party + "/tilgang/" + delegation.text() + "/trekk"},
      {at.activity(), of_party + "/aktivitet"},
      {at.access_request("7"), of_party + "/tilgang/foresporsel/7"},
      {at.approve_request("7"), of_party + "/tilgang/foresporsel/7/godta"},
      {at.refuse_request("7"), of_party + "/tilgang/foresporsel/7/avsla"},
      {at.block_asker("7"), of_party + "/tilgang/foresporsel/7/sperr"},
      {at.unblock_asker("7"), of_party + "/tilgang/sperret/7/opphev"},
      {at.chosen_rows(), of_party + "/innboks/valgte"},
      {at.certificates(), of_party + "/tilgang/sertifikat"},
      {at.end_certificate("7"), of_party + "/tilgang/sertifikat/7/avslutt"},
      {InterfaceAddresses("dat").page(), "/etat/dat/grensesnitt"},
      {InterfaceAddresses("dat").add_client(), "/etat/dat/grensesnitt/nokkel"},
      {InterfaceAddresses("dat").end_client("7"), "/etat/dat/grensesnitt/nokkel/7/avslutt"},
      {InterfaceAddresses("dat").add_supplier(), "/etat/dat/grensesnitt/leverandor"},
      {InterfaceAddresses("dat").end_supplier("7"), "/etat/dat/grensesnitt/leverandor/7/trekk"},
      {InterfaceAddresses("dat").add_subscription(), "/etat/dat/grensesnitt/abonnement"},
      {InterfaceAddresses("dat").subscription("7"), "/etat/dat/grensesnitt/abonnement/7"},
      {InterfaceAddresses("dat").check_subscription("7"), "/etat/dat/grensesnitt/abonnement/7/proving"},
      {InterfaceAddresses("dat").replay_subscription("7"), "/etat/dat/grensesnitt/abonnement/7/igjen"},
      {InterfaceAddresses("dat").end_subscription("7"), "/etat/dat/grensesnitt/abonnement/7/avslutt"},
      {ask_access_address(party, "dat/avviksmelding"),
       "/tilgang/be?part=" + party.text() + "&skjema=dat/avviksmelding"},
      {renounce_access_address(delegation), "/tilgang/" + delegation.text() + "/fraskriv"},
      {at.catalogue(), of_party + "/skjema"},
      {at.service(app), of_party + "/skjema/dat/avviksmelding"},
      {at.start_service(app), of_party + "/skjema/dat/avviksmelding/start"},
      {at.at("/innboks?mappe=sendt"), of_party + "/innboks?mappe=sendt"},
      {matter.remove(), matter.page() + "/slett"},
      {matter.bring_back(), matter.page() + "/tilbake"},
      {draft.start(), of_draft},
      {draft.page("Folk"), of_draft + "/side/Folk"},
      {draft.autosave("Folk"), of_draft + "/side/Folk/lagre"},
      {draft.overview(), of_draft + "/oversikt"},
      {draft.send(), of_draft + "/send"},
      {draft.discard(), of_draft + "/slett"},
      {matter.page(), of_matter},
      {matter.archive(), of_matter + "/arkiv"},
      {matter.receipt(), of_matter + "/kvittering"},
      {matter.receipt_json(), of_matter + "/kvittering.json"},
      {matter.receipt_pdf(), of_matter + "/kvittering.pdf"},
      {matter.form_json(), of_matter + "/skjema.json"},
      {matter.form_pdf(), of_matter + "/skjema.pdf"},
      {matter.attachment(element), of_matter + "/vedlegg/" + element.text()},
      {agency.page(), "/etat/dat/sak/" + party.text() + "/" + instance.text()},
      {agency.form_json(), "/etat/dat/sak/" + party.text() + "/" + instance.text() + "/skjema.json"},
      {agency.attachment(element),
       "/etat/dat/sak/" + party.text() + "/" + instance.text() + "/vedlegg/" + element.text()},
      {service_address(app), "/skjema/dat/avviksmelding"},
      {choose_party_address("/innboks"), "/aktor?til=/innboks"},
      {chosen_party_address(party, "/innboks?a=b"), "/aktor/velg?part=" + party.text() + "&til=/innboks%3Fa%3Db"},
      {log_in_address("/a b"), "/logg-inn?til=/a%20b"},
      {log_in_address("/", "4"), "/logg-inn?niva=4&til=/"},
  };
  for (const auto& [made, known] : addresses) EXPECT_EQ(made, known);
}

TEST(Addresses, lead_to_the_routes_they_are_made_of) {
  web::Router router;
  for (const auto pattern : {route::draft_page, route::autosave, route::agency_attachment, route::withdraw_access})
    router.add(web::Method::get, std::string(pattern), [](const web::Request&) { return web::text(""); });
  const auto page = router.find(web::Method::get, PartyAddresses(party).draft(instance).page("Folk"));
  ASSERT_NE(page.handler, nullptr);
  EXPECT_EQ(page.values.at(std::string(place::party)), party.text());
  EXPECT_EQ(page.values.at(std::string(place::instance)), instance.text());
  EXPECT_EQ(page.values.at(std::string(place::page)), "Folk");
}

TEST(Addresses, take_as_many_places_as_their_pattern_has) {
  EXPECT_EQ(filled("/a/{party}", {"1"}), "/a/1");
  EXPECT_EQ(filled("/logg-inn", {}), "/logg-inn");
  EXPECT_EQ(filled("/a/{party}/sak/{instance}", {"{instance}", "2"}), "/a/{instance}/sak/2");  // not filled twice
  EXPECT_THROW((void)filled("/a/{party}", {}), std::logic_error);
  EXPECT_THROW((void)filled("/a/{party}", {"1", "2"}), std::logic_error);
}

TEST(Addresses, carry_what_is_asked_and_leave_out_what_is_not) {
  EXPECT_EQ(with_query("/a", {}), "/a");
  EXPECT_EQ(with_query("/a", {{"q", ""}}), "/a");
  EXPECT_EQ(with_query("/a", {{"q", "æ&b"}, {"etter", ""}, {"til", "/b?c=d#e"}}), "/a?q=%C3%A6%26b&til=/b%3Fc%3Dd%23e");
  EXPECT_EQ(with_query("/a?b=c", {{"q", "d"}}), "/a?b=c&q=d");
  EXPECT_EQ(with_query("/a#felt", {{"fra", "oversikt"}}), "/a?fra=oversikt#felt");
  EXPECT_EQ(with_query("/a?b=c#felt", {{"q", "d"}}), "/a?b=c&q=d#felt");
}

TEST(Addresses, name_the_folders_of_the_inbox) {
  for (const auto folder : {inbox::Folder::work, inbox::Folder::sent, inbox::Folder::received, inbox::Folder::archive,
                            inbox::Folder::deleted})
    EXPECT_EQ(folder_of(folder_code(folder)), folder);
  EXPECT_EQ(folder_of(""), inbox::Folder::work);
  EXPECT_EQ(folder_of("ukjent"), inbox::Folder::work);
}

TEST(Addresses, tell_what_lies_below_a_party_and_below_a_page) {
  EXPECT_EQ(rest_below_party(of_matter + "/kvittering"), "/sak/" + instance.text() + "/kvittering");
  EXPECT_EQ(rest_below_party(of_party), "");
  EXPECT_EQ(rest_below_party("/a/1"), "");
  EXPECT_TRUE(is_at("/etat/dat", "/etat/dat"));
  EXPECT_TRUE(is_at("/etat/dat/sak/1", "/etat/dat"));
  EXPECT_FALSE(is_at("/etat/data", "/etat/dat"));
  EXPECT_FALSE(is_at("/etat", "/etat/dat"));
}

}  // namespace
}  // namespace alting::portal
