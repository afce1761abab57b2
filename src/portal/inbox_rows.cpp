#include "portal/inbox_rows.h"

namespace alting::portal {

using html::text;

namespace {

std::string form_title(const View& view, const forms::AppCatalogue& apps, const instances::Summary& row) {
  const auto app = apps.find(row.at.app);
  return app ? app->title(view.language) : row.at.app.text();
}

}  // namespace

std::string title_of_row(const View& view, const forms::AppCatalogue& apps, const instances::Summary& row) {
  return row.caption.empty() ? form_title(view, apps, row) : row.caption;
}

Html details_of_row(const View& view, const forms::AppCatalogue& apps, const instances::Summary& row) {
  std::vector<std::string> parts;
  if (!row.caption.empty()) parts.push_back(form_title(view, apps, row));  // else the row is called that already
  if (row.at.state == instances::State::draft)
    parts.push_back(
        view.t("inbox.begun", {{"time", base::format_local(row.created_at, base::TimeStyle::date, view.language)}}));
  if (!row.archive_reference.empty()) parts.push_back(row.archive_reference);
  return text(fmt::format("{}", fmt::join(parts, " · ")));
}

Html time_left_tag(const View& view, base::Instant deadline) {
  const auto now = view.now();
  if (deadline <= now) return ui::tag(view.t("inbox.deadline.passed"), ui::Color::danger);
  const bool soon = deadline - now < base::Duration::hours(24);
  return ui::tag(view.t("inbox.deadline", {{"time", base::format_relative(deadline, now, view.language)}}),
                 soon ? ui::Color::warning : ui::Color::info);
}

Html tags_of_row(const View& view, const instances::Summary& row) {
  Html tags;
  if (row.at.state == instances::State::draft && row.deadline_at) tags += time_left_tag(view, *row.deadline_at);
  if (row.at.parent) tags += ui::tag(view.t("inbox.addition"), ui::Color::info);
  if (row.open_count > 0) tags += ui::tag(view.plural("inbox.open_fields", row.open_count), ui::Color::warning);
  return tags;
}

}  // namespace alting::portal
