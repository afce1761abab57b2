// For tests: copies of a firm's data, with a real log and a real vault, of what a test says is gathered.
#pragma once
#include "inbox/migrations.h"
#include "instances/testing/instances_fixture.h"
#include "privacy/copies.h"
#include "privacy/copy_check.h"
#include "privacy/copy_maker.h"
#include "privacy/migrations.h"
#include "privacy/room_catalogue.h"
#include "store/failpoint.h"

namespace alting::privacy::testing {

using instances::testing::expect;
using terms::Action;

class CopiesFixture : public instances::testing::InstancesFixture {
 protected:
  CopiesFixture() {
    store::migrate(registers.temp.database(), registers.clock, {inbox::migrations(), migrations()});
    copies = std::make_unique<Copies>(Copies::Needs{registers.temp.database(),
                                                    vault.vault(),
                                                    *log,
                                                    access->decider(),
                                                    registers.clock,
                                                    registers.random,
                                                    store::Quotas(store::QuotaLimits::none()),
                                                    {},
                                                    [this](terms::PartyId id) {
                                                      const auto party = registers.registry->find(id);
                                                      return party ? party->organisation_number : std::string();
                                                    }});
    maker = make_maker();
  }
  ~CopiesFixture() override { store::failpoint::disarm(); }

  // As a process has it.
  std::unique_ptr<CopyMaker> make_maker() {
    Gathering gathering;
    gathering.subject = [](const terms::Permit& permit, base::Language language) -> base::Result<CopySubject> {
      CopySubject subject;
      subject.party = permit.party();
      subject.language = language;
      return subject;
    };
    gathering.gather = [this](const CopySubject&, const terms::Permit&, CopySink& sink) -> base::Result<Gathered> {
      return gather(sink);
    };
    gathering.article_15 = [](const base::Texts&, const CopySubject&, const Gathered& gathered, base::Instant) {
      return base::Json::object({{"records", gathered.records}});
    };
    return std::make_unique<CopyMaker>(
        CopyMaker::Needs{registers.temp.database(), vault.vault(), *log, access->decider(), *registers.registry,
                         registers.clock, registers.random, std::filesystem::path(ALTING_SOURCE_DIR) / "texts",
                         files.path(), std::move(gathering), [this] { return has_room; }});
  }
  // One type with two records and three files, until a test says otherwise.
  Gathered gather(CopySink& sink) {
    if (on_gather) on_gather(sink);
    const auto give = [](const std::string& octets) {
      return [octets](const std::function<void(base::ByteView)>& take) -> base::Status {
        take(octets);
        return {};
      };
    };
    const auto& table = room_catalogue().tables.front();
    sink.begin({"instances", "submission", table, base::Json::object({{"type", "object"}})});
    auto record = base::Json::object({{"_key", "1"}, {"_part", "whole"}, {"_controller", "dat"}, {"title", "Æ <b>"}});
    auto paths = base::Json::array();
    paths.push_back(expect(sink.file({.kind = CopyFile::attachment,
                                      .name = "../100 % sant?.pdf",
                                      .media_type = "application/pdf",
                                      .size = static_cast<std::int64_t>(attachment.size())},
                                     give(attachment))));
    paths.push_back(expect(sink.file({.kind = CopyFile::receipt, .name = "AR1.json"}, give("{}"))));
    paths.push_back(expect(
        sink.file({.kind = CopyFile::original, .name = "tom.json"}, [](const auto&) -> base::Status { return {}; })));
    EXPECT_FALSE(sink.file({.kind = CopyFile::attachment, .name = "borte.pdf"}, [](const auto&) -> base::Status {
      return base::make_error(base::ErrorKind::gone, "error.test");
    }));
    record.set("_files", paths);
    sink.record("instances", "submission", record);
    sink.record("instances", "submission",
                base::Json::object({{"_key", "2"}, {"_part", "acts"}, {"_controller", "operator"}}));
    sink.begin({"ledger", "ledger_entry", table, base::Json::object()});
    sink.record("ledger", "ledger_entry", base::Json::object({{"_key", "3"}, {"kind", "instance.sent"}}));
    sink.progress(2, 2);
    Gathered gathered;
    gathered.records = 3;
    gathered.whole = sink.wants_more();
    return gathered;
  }

  terms::Permit manages(const terms::Actor& actor) {
    return expect(access->decider().decide(actor, Action::delegate, {.party = firm}));
  }
  std::string asked_by(const terms::Actor& actor) {
    const auto asked = copies->ask(manages(actor), base::Language::nb, registers.clock.now(), post());
    return asked ? "done" : asked.error().code;
  }
  CopyId ask_copy() { return expect(copies->ask(manages(manager), base::Language::nb, registers.clock.now(), post())); }
  CopyId made_copy() {
    const auto id = ask_copy();
    EXPECT_TRUE(maker->make_next());
    return id;
  }
  CopyStatus status_of(const CopyId& id) {
    for (const auto& one : copies->list(manages(manager), registers.clock.now()))
      if (one.id == id) return one;
    throw std::runtime_error("the copy is not listed");
  }
  base::Bytes fetched(const CopyId& id) {
    const auto now = registers.clock.now();
    const auto permit = manages(manager);
    const auto download = expect(copies->begin_download(permit, id, now, now));
    base::Bytes octets;
    const auto read = copies->read(permit, id, now, [&](base::ByteView part) { octets += part; });
    if (!read) throw std::runtime_error(read.error().code);
    EXPECT_EQ(download.size, static_cast<std::int64_t>(octets.size()));
    return octets;
  }
  CheckedCopy checked(const base::Bytes& octets) { return check_copy(octets, registers.clock, {log->verifier_key()}); }
  std::int64_t count(const std::string& from) {
    return registers.temp.database().read(
        [&](store::Tx& tx) { return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM " + from); });
  }
  // In the log of the firm.
  std::int64_t entries_of(std::string_view kind) {
    log->flush();
    return count(fmt::format("ledger_activity WHERE kind = '{}'", kind));
  }
  std::size_t blob_files() const {
    std::size_t found = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(vault.folder() / "blobs"))
      found += entry.is_regular_file() ? 1 : 0;
    return found;
  }

  std::string attachment = std::string(300'000, 'a') + "the end";
  std::function<void(CopySink&)> on_gather;
  bool has_room = true;  // the disk
  std::unique_ptr<Copies> copies;
  std::unique_ptr<CopyMaker> maker;
};

}  // namespace alting::privacy::testing
