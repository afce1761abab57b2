#include "ledger/receipt_pdf.h"

#include <fmt/format.h>

#include <stdexcept>

#include "base/text.h"
#include "ledger/checkpoint.h"
#include "ledger/receipt.h"
#include "paper/render_pdf.h"

namespace alting::ledger {

namespace {

std::string disclosed(const base::Json& receipt, std::string_view path) {
  return std::string(receipt["disclosed"][path].text("value"));
}

std::string time_of(std::string_view rfc3339, base::Language language) {
  const auto at = base::from_rfc3339(rfc3339);
  return at ? fmt::format("{} ({})", base::format_local(*at, base::TimeStyle::full, language), rfc3339)
            : std::string(rfc3339);
}

paper::KeyValues what_happened(const base::Json& receipt, const ReceiptWords& words) {
  const auto& entry = receipt["entry"];
  paper::KeyValues rows;
  const auto add = [&](const std::string& name, std::string value) {
    if (!value.empty()) rows.rows.emplace_back(name, std::move(value));
  };
  add(words.event, words.event_in_words);
  add(words.reference, std::string(entry["parameters"].text("reference")));
  add(words.received, time_of(entry.text("at"), words.language));
  add(words.logged, time_of(entry.text("logged"), words.language));
  add(words.party, disclosed(receipt, "party.name"));
  add(words.organisation_number, disclosed(receipt, "party.organisation_number"));
  add(words.identity_number, disclosed(receipt, identity_number_path));
  add(words.actor, disclosed(receipt, "actor.name"));
  add(words.method, std::string(entry["actor"].text("method")));
  add(words.ground, words.ground_in_words);
  add(words.resource, words.service_in_words);
  add(words.instance, std::string(entry.text("instance")));
  return rows;
}

std::string filled(std::string text, std::string_view place, std::string_view value) {
  return base::replace_all(std::move(text), place, value);
}

paper::Table documents_of(const base::Json& receipt, const ReceiptWords& words) {
  paper::Table table{{words.file, words.size, words.digest}, {}};
  const auto& documents = receipt["entry"]["documents"];
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const auto name = disclosed(receipt, fmt::format("documents.{}.file", i));
    table.rows.push_back({name.empty() ? filled(words.unnamed, "{number}", std::to_string(i + 1)) : name,
                          fmt::format("{} B", documents[i]["size"].integer_or(0)),
                          std::string(documents[i].text("sha256"))});
  }
  return table;
}

}  // namespace

base::Bytes receipt_pdf(const Receipt& receipt, const ReceiptWords& words, std::string_view address) {
  const auto parsed = base::Json::parse(receipt.json);
  const auto proof = parsed ? TlogProof::parse(parsed->text("proof")) : std::nullopt;
  const auto note = proof ? SignedNote::parse(proof->checkpoint) : std::nullopt;
  const auto checkpoint = note ? Checkpoint::parse(note->text) : std::nullopt;
  if (!checkpoint) throw std::logic_error("a receipt on paper needs a receipt");
  paper::Document document;
  document.language = words.language;
  document.title = fmt::format("{} {}", words.title, (*parsed)["entry"]["parameters"].text("reference"));
  document.publisher = checkpoint->origin;
  document.at = receipt.committed_at;
  document.footer = fmt::format("{} · {}/{}", checkpoint->origin, proof->index + 1, checkpoint->size);
  auto& blocks = document.blocks;
  blocks.push_back(paper::Heading{1, document.title});
  blocks.push_back(paper::Paragraph{words.introduction});
  blocks.push_back(paper::Heading{2, words.what});
  blocks.push_back(what_happened(*parsed, words));
  if ((*parsed)["entry"]["documents"].size() > 0) {
    blocks.push_back(paper::Heading{2, words.documents});
    blocks.push_back(documents_of(*parsed, words));
  }
  const auto number = filled(filled(words.number_of, "{index}", std::to_string(proof->index + 1)), "{size}",
                             std::to_string(checkpoint->size));
  blocks.push_back(paper::Heading{2, words.proof});
  paper::KeyValues place{{{words.log, checkpoint->origin}}};
  if (const auto log = std::string((*parsed)["entry"].text("log")); !log.empty())
    place.rows.emplace_back(words.address, log);
  place.rows.emplace_back(words.number, number);
  place.rows.emplace_back(words.id, receipt.entry_id.text());
  blocks.push_back(std::move(place));
  blocks.push_back(paper::Paragraph{words.state});
  blocks.push_back(paper::Monospaced{proof->checkpoint});
  blocks.push_back(paper::Paragraph{words.time});
  blocks.push_back(paper::Heading{2, words.how});
  blocks.push_back(paper::Paragraph{
      fmt::format("{} {} {}", filled(words.verify, "{address}", address), words.offline, words.attached)});
  blocks.push_back(paper::QrImage{std::string(address), words.qr});
  document.attachments.push_back(
      {fmt::format("{}.json", receipt.entry_id.text()), "application/json", words.attached, receipt.json});
  return paper::render_pdf(document);
}

}  // namespace alting::ledger
