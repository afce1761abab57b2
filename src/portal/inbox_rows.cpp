#include "portal/inbox_rows.h"

namespace alting::portal {

using html::text;

namespace {

std::string form_title(const View& view, const forms::AppCatalogue& apps, const instances::Summary& row) {
  const auto app = apps.find(row.at.app);
  return app ? app->title(view.language) : row.at.app.text();
}

std::string begun_on(const View& view, const instances::Summary& row, base::TimeStyle style) {
  return view.t("inbox.begun", {{"time", base::format_local(row.created_at, style, view.language)}});
}

Html goes_tag(const View& view, base::Instant goes_at) {
  return ui::tag(view.t("inbox.goes", {{"time", day_it_goes(view, goes_at)}}), ui::Color::warning);
}

Html tags_of_message(const View& view, const inbox::MessageRow& message) {
  const bool asks_confirmation = message.must_confirm && !message.confirmed;
  const bool asks_answer = message.reply.kind != inbox::ReplyWay::Kind::none && !message.answered;
  // As inbox::still_asks has it: where nothing is asked for, the day itself counts.
  const bool asked = message.must_confirm || message.reply.kind != inbox::ReplyWay::Kind::none;
  const bool is_done = asked && !asks_confirmation && !asks_answer;
  Html tags;
  if (message.goes_at)
    tags += goes_tag(view, *message.goes_at);
  else if (message.due && !is_done)
    tags += time_left_tag(view, *message.due);
  if (message.confidential) tags += ui::tag(view.t("mailbox.confidential"), ui::Color::warning);
  if (asks_confirmation) tags += ui::tag(view.t("inbox.asks_confirmation"), ui::Color::info);
  if (message.answered)
    tags += ui::tag(view.t("inbox.answered"), ui::Color::success);
  else if (asks_answer)
    tags += ui::tag(view.t("inbox.asks_answer"), ui::Color::info);
  return tags;
}

}  // namespace

std::string day_it_goes(const View& view, base::Instant goes_at) {
  return base::format_local(goes_at, base::TimeStyle::date, view.language);
}

std::string title_of_row(const View& view, const forms::AppCatalogue& apps, const instances::Summary& row) {
  return row.caption.empty() ? form_title(view, apps, row) : row.caption;
}

std::string name_of_row(const View& view, const forms::AppCatalogue& apps, const inbox::Item& row) {
  const auto title = title_of_row(view, apps, row) + " · ";
  if (row.message)
    return title + row.message->sender_name + " " +
           base::format_local(row.created_at, base::TimeStyle::compact, view.language);
  return title +
         (row.archive_reference.empty() ? begun_on(view, row, base::TimeStyle::compact) : row.archive_reference);
}

Html details_of_row(const View& view, const forms::AppCatalogue& apps, const inbox::Item& row) {
  std::vector<std::string> parts;
  if (!view.party) parts.push_back(row.party_name);
  if (row.message) {
    parts.push_back(row.message->sender_name);
    if (!row.message->case_reference.empty()) parts.push_back(row.message->case_reference);
    if (row.message->files > 0) parts.push_back(view.plural("inbox.files", row.message->files));
  } else {
    if (!row.caption.empty()) parts.push_back(form_title(view, apps, row));  // else the row is called that already
    if (row.at.state == instances::State::draft) parts.push_back(begun_on(view, row, base::TimeStyle::date));
    if (!row.archive_reference.empty()) parts.push_back(row.archive_reference);
  }
  return text(fmt::format("{}", fmt::join(parts, " · ")));
}

Html time_left_tag(const View& view, base::Instant deadline) {
  const auto now = view.now();
  if (deadline <= now) return ui::tag(view.t("inbox.deadline.passed"), ui::Color::danger);
  const bool soon = deadline - now < base::Duration::hours(24);
  return ui::tag(view.t("inbox.deadline", {{"time", base::format_relative(deadline, now, view.language)}}),
                 soon ? ui::Color::warning : ui::Color::info);
}

Html tags_of_row(const View& view, const inbox::Item& row) {
  if (row.message) return tags_of_message(view, *row.message);
  Html tags;
  if (row.at.goes_at) tags += goes_tag(view, *row.at.goes_at);
  if (row.at.state == instances::State::draft && row.deadline_at) tags += time_left_tag(view, *row.deadline_at);
  if (row.at.parent) tags += ui::tag(view.t("inbox.addition"), ui::Color::info);
  if (row.open_count > 0) tags += ui::tag(view.plural("inbox.open_fields", row.open_count), ui::Color::warning);
  return tags;
}

}  // namespace alting::portal
