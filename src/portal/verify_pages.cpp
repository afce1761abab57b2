#include "portal/verify_pages.h"

#include "base/file.h"
#include "ledger/receipt.h"
#include "ledger/verify.h"
#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

using VerifyView = ViewOf<VerifyUses>;

std::string_view claim_id(ledger::Claim claim) {
  switch (claim) {
    case ledger::Claim::receipt_format: return "verify.claim.format";
    case ledger::Claim::entry_intact: return "verify.claim.entry";
    case ledger::Claim::included: return "verify.claim.included";
    case ledger::Claim::checkpoint_signed: return "verify.claim.signed";
    case ledger::Claim::signer_trusted: return "verify.claim.signer";
    case ledger::Claim::time_witnessed: return "verify.claim.time";
    case ledger::Claim::disclosure: return "verify.claim.disclosure";
    case ledger::Claim::document: return "verify.claim.document";
  }
  return "";
}

Html verdict_tag(const VerifyView& view, ledger::Verdict verdict) {
  switch (verdict) {
    case ledger::Verdict::proved: return ui::tag(view.t("verify.proved"), ui::Color::success);
    case ledger::Verdict::not_proved: return ui::tag(view.t("verify.not_proved"), ui::Color::neutral);
    case ledger::Verdict::refuted: return ui::tag(view.t("verify.refuted"), ui::Color::danger);
    case ledger::Verdict::missing: return ui::tag(view.t("verify.missing"), ui::Color::neutral);
  }
  return {};
}

Html form(VerifyView& view, std::string_view error) {
  ui::FileField receipt;
  receipt.name = "kvittering";
  receipt.id = "kvittering";
  receipt.label = view.t("verify.receipt");
  receipt.description = view.t("verify.receipt.help");
  receipt.accept = {".json", "application/json"};
  receipt.required = true;
  receipt.error = error;
  ui::FileField documents;
  documents.name = "dokument";
  documents.id = "dokument";
  documents.label = view.t("verify.documents");
  documents.description = view.t("verify.documents.help");
  documents.multiple = true;
  auto post = view.form(std::string(route::verify));
  post.multipart = true;
  return ui::post_form(post, ui::file_field(receipt) + ui::file_field(documents) +
                                 ui::button_row(ui::button({.label = view.t("verify.button")})));
}

Response ask_with(VerifyView& view, std::string_view error) {
  Html content = ui::heading(1, view.t("verify.title")) + ui::ingress(view.t("verify.ingress"));
  if (!error.empty()) content += ui::error_summary(view.t("form.errors"), {{"kvittering", std::string(error)}});
  content += form(view, error);
  content +=
      ui::details(view.t("verify.offline"),
                  ui::prose(html::markdown(view.t("verify.offline.text", {{"key", view.uses.ledger.verifier_key()}}))));
  return view.show({.title = view.t("verify.title"), .with_error = !error.empty(), .status = error.empty() ? 200 : 422},
                   content);
}

Response ask(VerifyView& view) { return ask_with(view, ""); }

Html result(const VerifyView& view, const ledger::Verification& verified) {
  const auto overall = verified.overall;
  const bool counts = overall == ledger::Verification::Overall::verified && !verified.test_log;
  const auto color = counts                                             ? ui::Color::success
                     : overall == ledger::Verification::Overall::broken ? ui::Color::danger
                                                                        : ui::Color::warning;
  const auto id = overall == ledger::Verification::Overall::verified ? "verify.verified"
                  : overall == ledger::Verification::Overall::broken ? "verify.broken"
                                                                     : "verify.unknown";
  // A test log is named first: what follows looks like any other.
  const auto test_log = verified.test_log ? view.t("verify.test_log") + " " : std::string();
  Html content = ui::alert({.color = color,
                            .title = test_log + view.t(id),
                            .body = ui::paragraph(view.t(std::string(id) + ".text")),
                            .urgent = true});
  std::vector<std::vector<Html>> rows;
  for (const auto& finding : verified.findings) {
    Html claim = text(view.t(claim_id(finding.claim)));
    if (!finding.subject.empty()) claim += text(": " + finding.subject);
    rows.push_back({claim, verdict_tag(view, finding.verdict)});
  }
  content += ui::section(view.t("verify.findings"),
                         ui::table({.caption = view.t("verify.findings"),
                                    .hide_caption = true,
                                    .columns = {{.name = view.t("verify.claim")}, {.name = view.t("verify.verdict")}},
                                    .rows = std::move(rows)}));
  if (verified.entry.is_object()) {
    std::vector<ui::Term> terms;
    if (const auto at = base::from_rfc3339(verified.entry.text("at")))
      terms.push_back({view.t("receipt.sent"), time_tag(view, *at, base::TimeStyle::full), {}});
    if (const auto kind = ledger::event_kind_from(verified.entry.text("kind")))
      terms.push_back({view.t("verify.event"), text(view.t(ledger::info(*kind).text_id)), {}});
    if (verified.disclosed.is_object()) {
      for (const auto& [name, value] : verified.disclosed.members()) {
        const auto label = "verify.disclosed." + name;
        if (name.starts_with("documents.")) continue;  // told among the findings
        terms.push_back({view.site.texts.has(label) ? view.t(label) : name, text(value.text_or("")), {}});
      }
    }
    terms.push_back({view.t("activity.index"), text(std::to_string(verified.index + 1)), {}});
    terms.push_back({view.t("status.log.origin"), el("code", text(verified.origin)), {}});
    if (const auto address = std::string(verified.entry.text("log")); !address.empty())
      terms.push_back({view.t("verify.log_address"), el("code", text(address)), {}});
    content += ui::section(view.t("verify.says"), ui::description_list(terms));
  }
  return content;
}

Response check(VerifyView& view) {
  std::string receipt;
  std::vector<ledger::GivenDocument> documents;
  for (const auto& upload : view.request.uploads) {
    if (upload.field == "kvittering" && upload.size > 0) {
      auto read = base::read_file(upload.path, ledger::max_receipt_size + 1);  // and its newline
      if (!read) return ask_with(view, view.t("verify.too_large"));
      receipt = std::move(*read);
    } else if (upload.field == "dokument" && upload.size > 0) {
      documents.push_back({upload.file_name, upload.sha256});
    }
  }
  if (receipt.empty()) return ask_with(view, view.t("verify.choose"));
  const auto verified = ledger::verify_receipt(receipt, documents, view.uses.ledger.verifier_keys());
  Html content = ui::heading(1, view.t("verify.title")) + result(view, verified) +
                 ui::section(view.t("verify.again"), form(view, ""));
  return view.show({.title = view.t("verify.title")}, content);
}

}  // namespace

PageSet verify_pages(const VerifyUses& uses) {
  return {.name = "verify",
          .routes = {open_page(Method::get, route::verify, with(uses, ask)),
                     open_page(
                         Method::post, route::verify, with(uses, check),
                         {.body = 64 * 1024, .upload = 32 * 1024 * 1024, .uploads = 11, .digest_only = {"dokument"}})},
          .footer = {{.text = "footer.verify", .href = route::verify, .order = 40}},
          .words = {"verify.title"}};
}

}  // namespace alting::portal
