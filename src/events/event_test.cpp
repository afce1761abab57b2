// What an event says, and which subscription wants it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/ed25519.h"
#include "events/filter.h"
#include "events/webhook_signer.h"

namespace alting::events {
namespace {

constexpr std::string_view portal = "https://portal.example";

Event sent_by_organisation() {
  Event event;
  event.org = "dat";
  event.seq = 7;
  event.id = base::Uuid::parse("0192d7f0-0000-7000-8000-000000000001").value();
  event.type = type::process_completed;
  event.time = {1'764'000'000'000'000};
  event.party = {50001234};
  event.organisation = "910514318";
  event.app = terms::AppId{"dat", "avviksmelding"};
  event.instance = terms::InstanceId::parse("0192d7f0-0000-4000-8000-0000000000aa");
  return event;
}

TEST(CloudEvent, says_by_ids_alone_what_was_sent) {
  EXPECT_EQ(to_cloud_event(sent_by_organisation(), portal).dump(),
            R"({"specversion":"1.0","id":"0192d7f0-0000-7000-8000-000000000001",)"
            R"("source":"https://portal.example/dat/avviksmelding/instances/50001234/)"
            R"(0192d7f0-0000-4000-8000-0000000000aa","type":"app.instance.process.completed",)"
            R"("subject":"/party/50001234","time":"2025-11-24T16:00:00Z","alternativesubject":"/org/910514318",)"
            R"("resource":"urn:altinn:resource:app_dat_avviksmelding",)"
            R"("resourceinstance":"50001234/0192d7f0-0000-4000-8000-0000000000aa","seq":7})");
}

TEST(CloudEvent, says_no_number_of_a_person) {
  auto event = sent_by_organisation();
  event.organisation.clear();
  const auto json = to_cloud_event(event, portal);
  EXPECT_EQ(json.find("alternativesubject"), nullptr);
  EXPECT_EQ(json.text("subject"), "/party/50001234");
}

TEST(CloudEvent, of_a_subscription_is_about_its_address) {
  Event event;
  event.org = "dat";
  event.type = type::subscription_failing;
  event.about = "/events/api/v1/subscriptions/3";
  const auto json = to_cloud_event(event, portal);
  EXPECT_EQ(json.text("source"), "https://portal.example/events/api/v1/subscriptions/3");
  EXPECT_EQ(json.find("seq"), nullptr);
  EXPECT_EQ(json.find("resource"), nullptr);
}

TEST(EventFilter, that_asks_for_nothing_takes_all) { EXPECT_TRUE(matches({}, sent_by_organisation(), portal)); }

TEST(EventFilter, takes_the_source_whole_or_up_to_a_slash) {
  const auto event = sent_by_organisation();
  EXPECT_TRUE(matches({.source = source_of(event, portal)}, event, portal));
  EXPECT_TRUE(matches({.source = "https://portal.example/dat"}, event, portal));
  EXPECT_TRUE(matches({.source = "https://portal.example/dat/avviksmelding/"}, event, portal));
  EXPECT_FALSE(matches({.source = "https://portal.example/dat/avvik"}, event, portal));
  EXPECT_FALSE(matches({.source = "https://portal.example/nav"}, event, portal));
}

TEST(EventFilter, takes_type_resource_and_subjects_whole) {
  const auto event = sent_by_organisation();
  EXPECT_TRUE(matches({.resource = "urn:altinn:resource:app_dat_avviksmelding",
                       .subject = "/party/50001234",
                       .alternative_subject = "/org/910514318",
                       .type = std::string(type::process_completed)},
                      event, portal));
  EXPECT_FALSE(matches({.type = std::string(type::high_risk)}, event, portal));
  EXPECT_FALSE(matches({.resource = "urn:altinn:resource:app_dat"}, event, portal));
  EXPECT_FALSE(matches({.subject = "/party/5000123"}, event, portal));
  EXPECT_FALSE(matches({.alternative_subject = "/org/910514319"}, event, portal));
}

TEST(EventFilter, takes_sub_units_of_its_subject_when_it_asks_for_them) {
  auto event = sent_by_organisation();
  event.parent = terms::PartyId{50009999};
  event.parent_organisation = "974761467";
  EXPECT_FALSE(matches({.subject = "/party/50009999"}, event, portal));
  EXPECT_TRUE(matches({.subject = "/party/50009999", .include_subunits = true}, event, portal));
  EXPECT_TRUE(matches({.alternative_subject = "/org/974761467", .include_subunits = true}, event, portal));
  EXPECT_FALSE(matches({.subject = "/party/50008888", .include_subunits = true}, event, portal));
}

TEST(EventFilter, that_no_event_can_have_is_refused_by_its_name) {
  const auto refused = [](const Filter& filter) -> std::string {
    const auto checked = check_filter(filter);
    return checked ? "" : checked.error().params.at(0).second;
  };
  EXPECT_EQ(refused({}), "");
  EXPECT_EQ(refused({.source = "https://portal.example/dat",
                     .subject = "/party/50001234",
                     .alternative_subject = "/org/910514318",
                     .type = "app.instance.process.completed",
                     .include_subunits = true}),
            "");
  EXPECT_EQ(refused({.source = "portal.example"}), "sourceFilter");
  EXPECT_EQ(refused({.source = "https://portal.example/" + std::string(longest_filter, 'x')}), "sourceFilter");
  EXPECT_EQ(refused({.source = "https://portal.example/\n"}), "sourceFilter");
  EXPECT_EQ(refused({.resource = "app_dat"}), "resourceFilter");
  EXPECT_EQ(refused({.subject = "/party/"}), "subjectFilter");
  EXPECT_EQ(refused({.subject = "/person/01010112345"}), "subjectFilter");
  EXPECT_EQ(refused({.alternative_subject = "/person/01010112345"}), "alternativeSubjectFilter");
  EXPECT_EQ(refused({.type = "app.instance.created"}), "typeFilter") << "it would wait for ever";
  EXPECT_EQ(refused({.include_subunits = true}), "includeSubunits");
}

TEST(Webhook, is_signed_as_standard_webhooks_say_and_each_part_counts) {
  const WebhookSigner signer(crypto::SecretBytes(std::string(32, 'k')));
  const auto signature = signer.sign("msg_1", 1'764'000'000, R"({"a":1})");
  ASSERT_TRUE(signature.starts_with("v1a,"));
  const auto octets = base::from_base64(signature.substr(4)).value();
  const auto keys = signer.public_keys();
  const auto whpk = std::string(keys["keys"][0].text("whpk"));
  ASSERT_TRUE(whpk.starts_with("whpk_"));
  const auto key = base::from_base64(whpk.substr(5)).value();
  EXPECT_EQ(base::from_base64url(keys["keys"][0].text("x")), key);
  EXPECT_TRUE(crypto::ed25519_verify(key, R"(msg_1.1764000000.{"a":1})", octets));
  EXPECT_FALSE(crypto::ed25519_verify(key, R"(msg_2.1764000000.{"a":1})", octets));
  EXPECT_FALSE(crypto::ed25519_verify(key, R"(msg_1.1764000001.{"a":1})", octets));
  EXPECT_FALSE(crypto::ed25519_verify(key, R"(msg_1.1764000000.{"a":2})", octets));
}

}  // namespace
}  // namespace alting::events
