// What is to be sent is worked out of a draft alone: no database, no keys, and the same each time.
#include "instances/outgoing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "crypto/hash.h"
#include "forms/catalogue.h"

namespace alting::instances {
namespace {

using ::testing::Contains;

constexpr std::string_view instance_id = "0192d7f0-0000-7000-8000-1234567890ab";

class OutgoingWork : public ::testing::Test {
 protected:
  OutgoingWork() {
    draft.at.party = {50001234};
    draft.at.id = draft.at.root = *terms::InstanceId::parse(instance_id);
    draft.at.app = app->facts().id;
  }
  void fill() {
    const auto posted = forms::read_posted(*app, {{"sporsmal.tema", "rettigheter"},
                                                  {"sporsmal.emne", "Innsyn"},
                                                  {"sporsmal.tekst", "Hvem har sett opplysningene mine?"},
                                                  {"kontakt.svar", "innboks"},
                                                  {"kontakt.navn", "Modig Måltrost"}});
    const auto applied = read().apply(posted.value());
    draft.data = applied.value().data;
  }
  void add_to(const base::Json& data) {
    draft.at.id = *terms::InstanceId::parse("0192d7f0-0000-7000-8000-ba0987654321");
    draft.at.parent = draft.at.root;
    draft.base = draft.data = data;
    draft.data.find("sporsmal")->set("type", "mer");
  }
  forms::Reading read() {
    forms::FormContext context;
    context.now = received;
    context.data = draft.data;
    context.later = draft.later;
    context.supplement = draft.at.parent.has_value();
    context.before = draft.base;
    context.open = draft.base_later;
    context.party["name"] = "Modig Måltrost";
    return app->read(std::move(context));
  }
  std::variant<Outgoing, SubmitRefusal> work() {
    auto reading = read();
    return work_out(*app, draft, reading, received);
  }
  std::vector<std::string> refusal_codes() {
    const auto outcome = work();
    std::vector<std::string> codes;
    if (const auto* refusal = std::get_if<SubmitRefusal>(&outcome))
      for (const auto& issue : refusal->issues) codes.push_back(issue.code);
    return codes;
  }

  std::shared_ptr<const forms::App> app =
      forms::load_app(std::filesystem::path(ALTING_SOURCE_DIR) / "services/dat/veiledning").app;
  base::Instant received = base::from_rfc3339("2026-11-24T10:00:00Z").value();
  Draft draft;
};

TEST_F(OutgoingWork, is_refused_with_what_is_missing) { EXPECT_THAT(refusal_codes(), Contains("required")); }

TEST_F(OutgoingWork, is_the_document_its_bytes_and_their_digest) {
  fill();
  const auto outcome = work();
  ASSERT_TRUE(std::holds_alternative<Outgoing>(outcome));
  const auto& outgoing = std::get<Outgoing>(outcome);
  const auto& submission = outgoing.submission;
  EXPECT_EQ(submission.at.state, State::sent);
  EXPECT_FALSE(submission.supplement);
  EXPECT_EQ(submission.archive_reference, "AR1234567890AB");
  EXPECT_EQ(submission.received_at, received);
  EXPECT_EQ(submission.bytes, submission.document.dump());
  EXPECT_EQ(submission.digest, crypto::sha256(submission.bytes));
  EXPECT_EQ(submission.document.text("format"), "alting.submission/1");
  EXPECT_EQ(submission.document.text("instance"), instance_id);
  EXPECT_EQ(submission.document["data"]["sporsmal"].text("emne"), "Innsyn");
  EXPECT_EQ(submission.open_count, static_cast<std::int64_t>(outgoing.later.size()));
  EXPECT_EQ(outgoing.caption, "Innsyn");
  EXPECT_TRUE(submission.sender_name.empty()) << "who sends it is known when it is sealed";
}

TEST_F(OutgoingWork, is_the_same_each_time) {
  fill();
  EXPECT_EQ(std::get<Outgoing>(work()).submission.bytes, std::get<Outgoing>(work()).submission.bytes);
}

TEST_F(OutgoingWork, names_each_attachment_with_its_digest) {
  fill();
  Attachment file;
  file.id = *terms::DataElementId::parse("0192d7f0-0000-7000-8000-000000000001");
  file.data_type = "vedlegg";
  file.tag = "annet";
  file.file_name = "skjermbilde.png";
  file.media_type = "image/png";
  file.size = 12;
  file.digest = crypto::sha256("twelve bytes");
  draft.attachments = {file};
  const auto outgoing = std::get<Outgoing>(work());
  const auto& named = outgoing.submission.document["attachments"];
  ASSERT_EQ(named.size(), 1U);
  EXPECT_EQ(named[std::size_t{0}].text("fileName"), "skjermbilde.png");
  EXPECT_EQ(named[std::size_t{0}].text("sha256"), base::to_hex(file.digest));
  EXPECT_EQ(outgoing.submission.attachments.size(), 1U);
}

TEST_F(OutgoingWork, of_an_addition_that_adds_nothing_is_refused) {
  fill();
  add_to(draft.data);
  EXPECT_THAT(refusal_codes(), Contains("supplement.empty"));
}

TEST_F(OutgoingWork, of_an_addition_is_what_it_says_and_what_it_changes) {
  fill();
  add_to(draft.data);
  draft.data.find("sporsmal")->set("funnet", "En logg");
  draft.data.set("mer", base::Json::object({{"tekst", "Vi fant ut mer."}}));
  const auto outcome = work();
  ASSERT_TRUE(std::holds_alternative<Outgoing>(outcome));
  const auto& submission = std::get<Outgoing>(outcome).submission;
  EXPECT_TRUE(submission.supplement);
  EXPECT_EQ(submission.document.text("format"), "alting.supplement/1");
  EXPECT_EQ(submission.document.text("addsTo"), instance_id);
  EXPECT_EQ(submission.document.text("type"), "mer");
  EXPECT_EQ(submission.document.text("text"), "Vi fant ut mer.");
  ASSERT_EQ(submission.document["changes"].size(), 1U) << submission.bytes;
  EXPECT_EQ(submission.document["changes"][std::size_t{0}].text("path"), "sporsmal.funnet");
  EXPECT_EQ(submission.document.find("data"), nullptr) << "nothing else is stored again";
  EXPECT_FALSE(submission.deadline_at) << "its notice was judged when it came";
}

}  // namespace
}  // namespace alting::instances
