#include "parties/import.h"

#include <array>
#include <chrono>

#include "crypto/hash.h"
#include "parties/import_rows.h"
#include "parties/party_rows.h"
#include "parties/register_facts.h"
#include "parties/write_rows.h"
#include "store/row_reader.h"

namespace alting::parties {
namespace {

constexpr std::size_t faults_kept = 100;
constexpr std::size_t smallest_chunk = 10, largest_chunk = 2000;
constexpr double chunk_ms = 30.0;  // aimed at; the limit is 50
constexpr std::int64_t sweep_rows = 300;

struct Begun {
  std::int64_t generation = 0, elements = 0, stored = 0, faults = 0;
};

std::string register_name(ImportKind kind) { return fmt::format("enhetsregisteret/{}", to_text(kind)); }

class Import {
 public:
  Import(Registry& registry, TextStream& stream, Elements& elements, const ImportOptions& options, ImportKind kind)
      : registry_(registry),
        parts_(registry.parts()),
        stream_(stream),
        elements_(elements),
        options_(options),
        register_(register_name(kind)),
        now_(parts_.clock.now()),
        batch_(make_batch(kind, parts_, now_)) {
    result_.kind = kind;
  }

  base::Result<ImportResult> run(const std::string& fingerprint) {
    begin(fingerprint);
    const auto in_use = rows_in_use();
    ALTING_TRY(finished, fill());
    if (!finished) return result_;
    if (!options_.may_shrink && result_.stored * 2 < in_use)
      return base::make_error(base::ErrorKind::conflict, "error.import.shrunk",
                              "the file holds less than half of what is in use");
    if (!options_.may_shrink && result_.stored == 0) {
      drop();  // the same file may hold something later: role facts once the units are there
      return base::make_error(base::ErrorKind::conflict, "error.import.nothing",
                              fmt::format("nothing could be taken: {} looked at, {} faults, {} of organisations not "
                                          "known here (import the units first)",
                                          result_.elements, result_.faults, result_.unknown));
    }
    if (is_units()) carry_over();
    if (result_.kind == ImportKind::role_identities) carry_over_roles();
    switch_it_on();
    registry_.reload();  // before anything else: decisions follow what is in use now
    return result_;
  }

 private:
  [[nodiscard]] bool is_units() const {
    return result_.kind == ImportKind::units || result_.kind == ImportKind::sub_units;
  }

  // Goes on with a generation that the same source began, else begins one. What another source left unfinished is
  // dropped later.
  void begin(const std::string& fingerprint) {
    write_rows(parts_.database, [&](store::Tx& tx) {
      const auto there = tx.query_one(
          "SELECT generation, elements, stored, faults FROM register_generation WHERE register = ? AND state = "
          "'filling' AND fingerprint = ?",
          {register_, fingerprint});
      if (there) {
        store::RowReader from(*there);
        begun_ = {.generation = from.next<std::int64_t>(),
                  .elements = from.next<std::int64_t>(),
                  .stored = from.next<std::int64_t>(),
                  .faults = from.next<std::int64_t>()};
      } else {
        tx.run("UPDATE register_generation SET state = 'dropped' WHERE register = ? AND state = 'filling'",
               {register_});
        begun_ = {begin_generation(tx, register_, options_.source_name, fingerprint, now_), 0, 0, 0};
      }
    });
    result_.generation = begun_.generation;
    result_.resumed_from = result_.elements = begun_.elements;
    result_.stored = begun_.stored;
    result_.faults = begun_.faults;
  }

  void drop() {
    write_rows(parts_.database, [&](store::Tx& tx) {
      tx.run("UPDATE register_generation SET state = 'dropped' WHERE generation = ?", {result_.generation});
    });
  }

  std::int64_t rows_in_use() {
    return parts_.database.read([&](store::Tx& tx) -> std::int64_t {
      const auto row = tx.query_one(
          "SELECT g.stored FROM register_generation g JOIN register_current c ON c.generation = g.generation WHERE "
          "c.register = ?",
          {register_});
      return row ? store::read_one<std::int64_t>(*row) : 0;
    });
  }

  // True when the whole source was read; false when `progress` stopped it.
  base::Result<bool> fill() {
    for (;;) {
      auto element = elements_.next();
      if (!element) {
        flush();
        return std::move(element.error());
      }
      if (!*element) break;
      if ((*element)->number <= begun_.elements && !is_heading(**element)) continue;
      if (auto taken = batch_->take(**element); !taken) {
        if (is_heading(**element)) return std::move(taken.error());  // without it no line can be read
        note_fault(**element, taken.error());
      }
      result_.elements = std::max(result_.elements, (*element)->number);
      if (++in_batch_ < chunk_) continue;
      flush();
      if (options_.progress && !options_.progress({result_.kind, result_.elements, stream_.octets_read()}))
        return false;
    }
    flush();
    if (options_.progress) (void)options_.progress({result_.kind, result_.elements, stream_.octets_read()});
    return true;
  }

  [[nodiscard]] bool is_heading(const Element& element) const {
    return result_.kind == ImportKind::role_identities && element.number == 1;
  }

  void note_fault(const Element& element, const base::Error& error) {
    ++result_.faults;
    if (result_.first_faults.size() < faults_kept)
      result_.first_faults.push_back({element.number, element.offset, error.code, error.detail});
  }

  void flush() {
    if (in_batch_ == 0) return;
    batch_->prepare();
    std::chrono::duration<double, std::milli> took{};
    std::int64_t stored = 0;
    write_rows(parts_.database, [&](store::Tx& tx) {
      const auto begin = std::chrono::steady_clock::now();
      stored = batch_->store(tx, result_.generation);
      tx.run("UPDATE register_generation SET elements = ?, stored = ?, faults = ? WHERE generation = ?",
             {result_.elements, result_.stored + stored, result_.faults, result_.generation});
      took = std::chrono::steady_clock::now() - begin;
    });
    result_.stored += stored;
    if (result_.kind == ImportKind::role_identities) result_.unknown += batch_->size() - stored;
    batch_->clear();
    in_batch_ = 0;
    const double wanted = static_cast<double>(chunk_) * chunk_ms / std::max(took.count(), 0.1);
    chunk_ = std::clamp(static_cast<std::size_t>(std::min(wanted, 2.0 * static_cast<double>(chunk_))), smallest_chunk,
                        largest_chunk);
  }

  // A unit that is in use and not in the new file is struck off: it stays, marked, because what was sent for it stays.
  void carry_over() {
    const auto old = current();
    if (!old) return;
    for (std::int64_t after = 0;;) {
      std::size_t rows_read = 0;
      write_rows(parts_.database, [&](store::Tx& tx) {
        const auto rows = tx.query(
            "SELECT o.party FROM organisation o WHERE o.generation = ? AND o.party > ? ORDER BY o.party LIMIT ?",
            {*old, after, sweep_rows});
        rows_read = rows.size();
        std::int64_t last = after, struck = 0;
        for (const auto& row : rows) {
          last = store::read_one<std::int64_t>(row);
          struck += tx.run(
              "INSERT INTO organisation (generation, party, number, name, sort_name, form, parent_number, deleted, "
              "bankrupt, dissolving, content) "
              "SELECT CAST(? AS BIGINT), party, number, name, sort_name, form, parent_number, 1, bankrupt, dissolving, "
              "content "
              "FROM organisation WHERE generation = ? AND party = ? "
              "ON CONFLICT (generation, party) DO NOTHING",
              {result_.generation, *old, last});
        }
        carried_ = {last, struck};
      });
      after = carried_.first;
      result_.struck_off += carried_.second;
      if (static_cast<std::int64_t>(rows_read) < sweep_rows) return;
    }
  }

  // The register has no roles of a unit that is struck off. Those that it had stay, so that who had them can read what
  // was sent and received, until it is erased too (parties::forget_roles_in).
  void carry_over_roles() {
    const auto old = current();
    if (!old) return;
    for (std::int64_t after = 0;;) {
      std::size_t rows_read = 0;
      write_rows(parts_.database, [&](store::Tx& tx) {
        const auto rows = tx.query(
            "SELECT DISTINCT o.party FROM organisation o WHERE o.deleted = 1 AND o.party > ? ORDER BY o.party LIMIT ?",
            {after, sweep_rows});
        rows_read = rows.size();
        carried_.first = after;
        for (const auto& row : rows) {
          carried_.first = store::read_one<std::int64_t>(row);
          const terms::PartyId unit{carried_.first};
          if (!standing_of(tx, unit).value_or(Standing{}).struck_off) continue;
          if (tx.query_one("SELECT 1 FROM role_fact WHERE generation = ? AND organisation = ? LIMIT 1",
                           {result_.generation, unit}))
            continue;
          tx.run(
              "INSERT INTO role_fact (generation, organisation, role, holder) SELECT CAST(? AS BIGINT), organisation, "
              "role, holder FROM role_fact WHERE generation = ? AND organisation = ?",
              {result_.generation, *old, unit});
        }
      });
      after = carried_.first;
      if (static_cast<std::int64_t>(rows_read) < sweep_rows) return;
    }
  }

  std::optional<std::int64_t> current() {
    return parts_.database.read([&](store::Tx& tx) -> std::optional<std::int64_t> {
      const auto row = tx.query_one("SELECT generation FROM register_current WHERE register = ?", {register_});
      if (!row) return std::nullopt;
      return store::read_one<std::int64_t>(*row);
    });
  }

  void switch_it_on() {
    result_.complete = true;
    const auto besides = options_.on_switch ? options_.on_switch(result_) : InLastTransaction();
    write_rows(parts_.database, [&](store::Tx& tx) {
      switch_on(tx, register_, result_.generation, now_);
      tx.run("UPDATE register_generation SET state = 'old' WHERE register = ? AND state = 'done' AND generation <> ?",
             {register_, result_.generation});
      if (besides) besides(tx);
    });
  }

  Registry& registry_;
  const RegistryParts& parts_;
  TextStream& stream_;
  Elements& elements_;
  const ImportOptions& options_;
  std::string register_;
  base::Instant now_;
  std::unique_ptr<ImportBatch> batch_;
  ImportResult result_;
  Begun begun_;
  std::pair<std::int64_t, std::int64_t> carried_;
  std::size_t in_batch_ = 0, chunk_ = 50;
};

}  // namespace

std::int64_t sweep_registers(store::Database& database, std::int64_t max_rows) {
  // The first rows of a generation that is no longer needed, by the table's key.
  constexpr std::string_view organisations =
      "DELETE FROM organisation WHERE generation = ? AND party <= (SELECT MAX(party) FROM (SELECT party FROM "
      "organisation WHERE generation = ? ORDER BY party LIMIT ?) AS part)";
  constexpr std::string_view open_roles =
      "DELETE FROM open_role WHERE generation = ? AND organisation_number <= (SELECT MAX(organisation_number) FROM "
      "(SELECT organisation_number FROM open_role WHERE generation = ? ORDER BY organisation_number LIMIT ?) AS part)";
  constexpr std::string_view role_facts =
      "DELETE FROM role_fact WHERE generation = ? AND organisation <= (SELECT MAX(organisation) FROM (SELECT "
      "organisation FROM role_fact WHERE generation = ? ORDER BY organisation LIMIT ?) AS part)";
  struct Kept {
    ImportKind kind;
    std::string_view sweep;
  };
  constexpr std::array all{Kept{ImportKind::units, organisations}, Kept{ImportKind::sub_units, organisations},
                           Kept{ImportKind::open_roles, open_roles}, Kept{ImportKind::role_identities, role_facts}};
  std::int64_t swept = 0;
  for (const auto& kept : all) {
    const auto name = register_name(kept.kind);
    const auto old = database.read([&](store::Tx& tx) {
      return tx.query(
          "SELECT generation FROM register_generation WHERE register = ? AND state IN ('old', 'dropped') ORDER BY "
          "generation",
          {name});
    });
    for (const auto& row : old) {
      const auto generation = store::read_one<std::int64_t>(row);
      for (std::int64_t gone = 1; gone > 0; swept += gone) {
        if (swept >= max_rows) return swept;
        write_rows(database, [&](store::Tx& tx) { gone = tx.run(kept.sweep, {generation, generation, sweep_rows}); });
      }
      write_rows(database, [&](store::Tx& tx) {
        tx.run("UPDATE register_generation SET state = 'swept' WHERE generation = ?", {generation});
      });
    }
  }
  return swept;
}

bool follow_registers(Registry& registry) {
  const auto switches = registry.parts().database.read([](store::Tx& tx) { return switch_count(tx); });
  if (registry.graph().read([](const GraphData& graph) { return graph.switches(); }) == switches) return false;
  registry.reload();
  return true;
}

std::string_view to_text(ImportKind kind) {
  switch (kind) {
    case ImportKind::units: return "units";
    case ImportKind::sub_units: return "sub-units";
    case ImportKind::open_roles: return "open-roles";
    case ImportKind::role_identities: return "role-identities";
  }
  return "";
}

base::Result<ImportResult> import_enhetsregisteret(Registry& registry, ByteSource source,
                                                   const ImportOptions& options) {
  TextStream stream(std::move(source));
  Elements elements(stream);
  ALTING_TRY(beginning, elements.beginning());
  ALTING_TRY(kind, detect_kind(elements.is_json(), beginning));
  Import import(registry, stream, elements, options, kind);
  return import.run(base::to_hex(crypto::sha256({options.source_name, "\n", beginning})));
}

base::Result<ImportResult> import_enhetsregisteret_file(Registry& registry, const std::filesystem::path& file,
                                                        ImportOptions options) {
  ALTING_TRY(source, file_source(file));
  if (options.source_name.empty()) options.source_name = file.filename().string();
  return import_enhetsregisteret(registry, source, options);
}

}  // namespace alting::parties
