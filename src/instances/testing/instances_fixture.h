// For tests: the test population's people fill in, send and read the forms that are shipped, with a real log and a real vault.
#pragma once
#include <fstream>

#include "access/make_access.h"
#include "access/migrations.h"
#include "instances/agency_database.h"
#include "instances/make_instances.h"
#include "instances/migrations.h"
#include "ledger/make_ledger.h"
#include "ledger/migrations.h"
#include "parties/testing/test_registers.h"
#include "store/row_reader.h"
#include "store/testing/vault_fixture.h"

namespace alting::instances::testing {

using base::Language;
using terms::Action;

// As little as is taken for a PDF.
inline const std::string small_pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

template <class T>
T expect(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().code + ": " + result.error().detail);
  return std::move(*result);
}

class InstancesFixture : public ::testing::TestWithParam<store::Engine> {
 protected:
  InstancesFixture() {
    ledger::LedgerOptions options;
    options.origin = "test.example/log";
    options.keys = files.path() / "keys";
    options.guard = files.path() / "guard";
    options.background = false;
    log = expect(
        ledger::make_ledger(registers.temp.database(), vault.vault(), registers.clock, registers.random, options));
    access = access::make_access({.database = registers.temp.database(),
                                  .parties = *registers.registry,
                                  .ledger = *log,
                                  .clock = registers.clock,
                                  .random = registers.random,
                                  .matter_of = matter_id_of});
    std::vector<access::Decider::AppPolicy> policies;
    for (const auto& app : apps.services()) {
      const auto& facts = app->facts();
      policies.push_back(
          {facts.id, facts.policy_xml, app->controller(Language::nb).organisation_number, facts.parties_allowed});
    }
    if (const auto loaded = access->decider().load_policies(policies); !loaded)
      throw std::runtime_error(loaded.error().detail);
    instances = make_instances({registers.temp.database(), vault.vault(), *log, access->decider(), *registers.registry,
                                apps, *scanner, inspector, registers.clock, registers.random});
  }

  terms::Permit permit(const terms::Actor& actor, Action action, std::optional<terms::InstanceId> id = {},
                       std::string task = "Task_1") {
    return expect(access->decider().decide(actor, action,
                                           {.party = firm, .app = guidance, .instance = id, .task = std::move(task)}));
  }
  std::string post() { return base::Uuid::v4(registers.random).text(); }
  terms::InstanceId begin(std::optional<terms::InstanceId> adds_to = {}, std::string_view way = "") {
    return expect(instances->drafts.create(permit(manager, Action::instantiate), guidance, adds_to, way, post()));
  }
  // What a page posts, named as in HTML.
  forms::Posted posted(const forms::NamesAndTexts& fields) {
    return expect(forms::read_posted(*apps.find(guidance), fields));
  }
  SaveOutcome save(const terms::Actor& actor, terms::InstanceId id, const forms::NamesAndTexts& fields,
                   const Seen& seen = {}) {
    return expect(instances->drafts.save(permit(actor, Action::write, id), posted(fields), seen, Language::nb));
  }
  Draft fill(terms::InstanceId id) {
    return save(manager, id,
                {{"sporsmal.tema", "rettigheter"},
                 {"sporsmal.emne", "Innsyn"},
                 {"sporsmal.tekst", "Hvem har sett opplysningene mine?"},
                 {"kontakt.svar", "innboks"},
                 {"kontakt.navn", "Modig Måltrost"}})
        .draft;
  }
  Sent send(terms::InstanceId id, std::int64_t version, const std::string& once) {
    auto answer = expect(instances->sending.submit(permit(manager, Action::complete, id), Language::nb,
                                                   registers.clock.now(), version, once));
    if (const auto* refusal = std::get_if<SubmitRefusal>(&answer)) {
      std::string why = "refused:";
      for (const auto& issue : refusal->issues) why += " " + issue.path + " (" + issue.message + ")";
      throw std::runtime_error(why);
    }
    return std::get<Sent>(std::move(answer));
  }
  base::Result<Attachment> attach(terms::InstanceId id, const std::string& name, const std::string& content) {
    const auto path = files.path() / "upload";
    std::ofstream(path, std::ios::binary) << content;
    return instances->attachments.attach(permit(manager, Action::write, id),
                                         {.data_type = "vedlegg",
                                          .tag = "annet",
                                          .file_name = name,
                                          .file = path,
                                          .size = static_cast<std::int64_t>(content.size())});
  }
  void add_file(terms::InstanceId id, const std::string& name, const std::string& content) {
    (void)expect(attach(id, name, content));
  }
  // A draft's key, and what was saved under it last.
  std::pair<base::Uuid, base::Bytes> saved_content(terms::InstanceId id) {
    return registers.temp.database().read([&](store::Tx& tx) {
      const auto row = tx.query_one(
          "SELECT i.key_id, d.content FROM instance i JOIN draft d ON d.instance_id = i.instance_id WHERE "
          "i.instance_id = ?",
          {id});
      const auto [key, content] = store::read_row<base::Uuid, std::string>(row.value());
      return std::pair(key, content);
    });
  }
  terms::Permit agency_permit(const terms::InstanceId& id) {
    return expect(access->decider().decide_agency(
        caseworker, "dat", {.party = firm, .app = guidance, .instance = id, .task = "EndEvent_1"}));
  }
  std::size_t agency_rows() {
    const auto scope = expect(access->decider().agency_scope(caseworker, "dat"));
    return expect(instances->agency.list(scope, {}, Language::nb, registers.clock.now())).rows.size();
  }

  store::testing::TempFolder files;
  store::testing::TempVault vault;
  parties::testing::TestRegisters registers{
      GetParam(), true, {ledger::migrations(), access::migrations(), migrations()}};
  forms::AppCatalogue apps{std::filesystem::path(ALTING_SOURCE_DIR) / "services", false};
  std::unique_ptr<Scanner> scanner = no_scanner();
  paper::FileInspector inspector{{.program = std::filesystem::path(ALTING_BINARY_DIR) / "file_inspector"}};
  std::unique_ptr<ledger::Ledger> log;
  std::unique_ptr<access::Access> access;
  std::unique_ptr<Instances> instances;
  terms::AppId guidance{"dat", "veiledning"};
  terms::Actor manager = registers.actor("manager"), caseworker = registers.actor("caseworker"),
               colleague = registers.actor("board_member");
  terms::PartyId firm = registers.organisation("Fjord og Fjell AS").id;
};

}  // namespace alting::instances::testing
