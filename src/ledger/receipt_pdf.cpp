#include "ledger/receipt_pdf.h"

#include <fmt/format.h>

#include <stdexcept>

#include "base/text.h"
#include "ledger/checkpoint.h"
#include "paper/render_pdf.h"

namespace alting::ledger {

namespace {

// The words of this one page. They stand here and not in texts/ because the page must read the same wherever it is
// made: in the portal, by a command, or years later from an archive.
struct Words {
  std::string_view title, introduction;
  std::string_view what, event, received, logged, actor, party, resource, reference, method, ground, instance;
  std::string_view documents, file, size, digest;
  std::string_view proof, log, number, of, id, state;
  std::string_view how, verify, offline, attached, qr, time;
};

const Words& words_in(base::Language language) {
  static const Words nb{
      "Kvittering",
      "Denne kvitteringen beviser at hendelsen under står i en logg som ingen kan endre i etterkant, heller ikke vi.",
      "Hva som skjedde",
      "Hendelse",
      "Mottatt",
      "Ført i loggen",
      "Utført av",
      "På vegne av",
      "Tjeneste",
      "Referanse",
      "Innlogging",
      "Grunnlag",
      "Sak",
      "Dokumenter",
      "Fil",
      "Størrelse",
      "SHA-256",
      "Bevis",
      "Logg",
      "Nummer i loggen",
      "av",
      "Oppføring",
      "Loggens tilstand",
      "Slik kontrollerer du kvitteringen",
      "Gå til {}, eller les QR-koden. Slipp kvitteringen (JSON-filen) og dokumentene på siden, og se hva som er "
      "bevist.",
      "Du kan også kontrollere uten nett: alting verify KVITTERING DOKUMENTER.",
      "JSON-filen med hele beviset ligger som vedlegg i denne PDF-en.",
      "QR-kode til siden der kvitteringen kan kontrolleres",
      "Tidspunktene er oppgitt av den som driver loggen. De er bevist av andre bare når et vitne har signert loggen."};
  static const Words nn{
      "Kvittering",
      "Denne kvitteringa beviser at hendinga under står i ein logg som ingen kan endre i etterkant, heller ikkje vi.",
      "Kva som skjedde",
      "Hending",
      "Motteke",
      "Ført i loggen",
      "Utført av",
      "På vegner av",
      "Teneste",
      "Referanse",
      "Innlogging",
      "Grunnlag",
      "Sak",
      "Dokument",
      "Fil",
      "Storleik",
      "SHA-256",
      "Bevis",
      "Logg",
      "Nummer i loggen",
      "av",
      "Oppføring",
      "Tilstanden til loggen",
      "Slik kontrollerer du kvitteringa",
      "Gå til {}, eller les QR-koden. Slepp kvitteringa (JSON-fila) og dokumenta på sida, og sjå kva som er bevist.",
      "Du kan òg kontrollere utan nett: alting verify KVITTERING DOKUMENT.",
      "JSON-fila med heile beviset ligg som vedlegg i denne PDF-en.",
      "QR-kode til sida der kvitteringa kan kontrollerast",
      "Tidspunkta er oppgjevne av den som driv loggen. Dei er beviste av andre berre når eit vitne har signert "
      "loggen."};
  static const Words en{
      "Receipt",
      "This receipt proves that the event below stands in a log that nobody can change afterwards, not even we.",
      "What happened",
      "Event",
      "Received",
      "Entered in the log",
      "Done by",
      "On behalf of",
      "Service",
      "Reference",
      "Login",
      "Ground",
      "Case",
      "Documents",
      "File",
      "Size",
      "SHA-256",
      "Proof",
      "Log",
      "Number in the log",
      "of",
      "Entry",
      "State of the log",
      "How to verify this receipt",
      "Go to {}, or read the QR code. Drop the receipt (the JSON file) and the documents on the page, and see what is "
      "proved.",
      "You can also verify it offline: alting verify RECEIPT DOCUMENTS.",
      "The JSON file with the whole proof is attached to this PDF.",
      "QR code to the page where the receipt can be verified",
      "The times are stated by the operator of the log. They are proved by others only when a witness has signed the "
      "log."};
  switch (language) {
    case base::Language::nb: return nb;
    case base::Language::nn: return nn;
    case base::Language::en: return en;
  }
  return nb;
}

std::string disclosed(const base::Json& receipt, std::string_view path) {
  return std::string(receipt["disclosed"][path].text("value"));
}

std::string time_of(std::string_view rfc3339, base::Language language) {
  const auto at = base::from_rfc3339(rfc3339);
  return at ? fmt::format("{} ({})", base::format_local(*at, base::TimeStyle::full, language), rfc3339)
            : std::string(rfc3339);
}

std::string ground_of(const base::Json& evidence) {
  std::string text(evidence.text("kind"));
  for (const char* part : {"role", "source"})
    if (!evidence.text(part).empty()) text += fmt::format(", {}", evidence.text(part));
  return text;
}

paper::KeyValues what_happened(const base::Json& receipt, const Words& words, base::Language language) {
  const auto& entry = receipt["entry"];
  const auto kind = event_kind_from(entry.text("kind"));
  paper::KeyValues rows;
  const auto add = [&](std::string_view name, std::string value) {
    if (!value.empty()) rows.rows.emplace_back(std::string(name), std::move(value));
  };
  add(words.event, std::string(kind ? info(*kind).titles[static_cast<std::size_t>(language)] : entry.text("kind")));
  add(words.reference, std::string(entry["parameters"].text("reference")));
  add(words.received, time_of(entry.text("at"), language));
  add(words.logged, time_of(entry.text("logged"), language));
  add(words.party, disclosed(receipt, "party.name"));
  add(words.actor, disclosed(receipt, "actor.name"));
  add(words.method, std::string(entry["actor"].text("method")));
  add(words.ground, ground_of(entry["evidence"]));
  add(words.resource, std::string(entry.text("resource")));
  add(words.instance, std::string(entry.text("instance")));
  return rows;
}

paper::Table documents_of(const base::Json& receipt, const Words& words) {
  paper::Table table{{std::string(words.file), std::string(words.size), std::string(words.digest)}, {}};
  const auto& documents = receipt["entry"]["documents"];
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const auto name = disclosed(receipt, fmt::format("documents.{}.file", i));
    table.rows.push_back({name.empty() ? std::string(documents[i].text("role")) : name,
                          fmt::format("{} B", documents[i]["size"].integer_or(0)),
                          std::string(documents[i].text("sha256"))});
  }
  return table;
}

}  // namespace

base::Bytes receipt_pdf(const Receipt& receipt, base::Language language, std::string_view address) {
  const auto parsed = base::Json::parse(receipt.json);
  const auto proof = parsed ? TlogProof::parse(parsed->text("proof")) : std::nullopt;
  const auto note = proof ? SignedNote::parse(proof->checkpoint) : std::nullopt;
  const auto checkpoint = note ? Checkpoint::parse(note->text) : std::nullopt;
  if (!checkpoint) throw std::logic_error("a receipt on paper needs a receipt");
  const Words& words = words_in(language);
  paper::Document document;
  document.language = language;
  document.title = fmt::format("{} {}", words.title, (*parsed)["entry"]["parameters"].text("reference"));
  document.publisher = checkpoint->origin;
  document.at = receipt.committed_at;
  document.footer = fmt::format("{} · {}/{}", checkpoint->origin, proof->index, checkpoint->size);
  auto& blocks = document.blocks;
  blocks.push_back(paper::Heading{1, document.title});
  blocks.push_back(paper::Paragraph{std::string(words.introduction)});
  blocks.push_back(paper::Heading{2, std::string(words.what)});
  blocks.push_back(what_happened(*parsed, words, language));
  if ((*parsed)["entry"]["documents"].size() > 0) {
    blocks.push_back(paper::Heading{2, std::string(words.documents)});
    blocks.push_back(documents_of(*parsed, words));
  }
  blocks.push_back(paper::Heading{2, std::string(words.proof)});
  blocks.push_back(
      paper::KeyValues{{{std::string(words.log), checkpoint->origin},
                        {std::string(words.number), fmt::format("{} {} {}", proof->index, words.of, checkpoint->size)},
                        {std::string(words.id), receipt.entry_id.text()}}});
  blocks.push_back(paper::Paragraph{std::string(words.state)});
  blocks.push_back(paper::Monospaced{proof->checkpoint});
  blocks.push_back(paper::Paragraph{std::string(words.time)});
  blocks.push_back(paper::Heading{2, std::string(words.how)});
  blocks.push_back(paper::Paragraph{fmt::format("{} {} {}", base::replace_all(std::string(words.verify), "{}", address),
                                                words.offline, words.attached)});
  blocks.push_back(paper::QrImage{std::string(address), std::string(words.qr)});
  document.attachments.push_back(
      {fmt::format("{}.json", receipt.entry_id.text()), "application/json", std::string(words.attached), receipt.json});
  return paper::render_pdf(document);
}

}  // namespace alting::ledger
