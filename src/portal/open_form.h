// A draft that is open on a page: the right to it, what is stored, and the one reading of its form that the whole request
// asks.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "forms/catalogue.h"
#include "instances/drafts.h"
#include "portal/view.h"

namespace alting::portal {

class OpenForm {
 public:
  struct Needs {
    const forms::AppCatalogue& apps;
    instances::Drafts& drafts;
  };
  // The draft that the address names. `view` and what is needed outlive it. Errors of Drafts::open; "error.app.not_found".
  [[nodiscard]] static base::Result<OpenForm> open(const View& view, const Needs& needs, terms::Action action);

  [[nodiscard]] const forms::App& app() const { return *app_; }
  [[nodiscard]] const terms::Permit& permit() const { return permit_; }
  [[nodiscard]] const instances::Draft& draft() const { return draft_; }
  [[nodiscard]] forms::Reading& reading() { return reading_; }
  [[nodiscard]] DraftAddresses addresses() const { return view_->addresses().draft(draft_.at.id); }
  [[nodiscard]] bool is_supplement() const { return draft_.at.parent.has_value(); }

  // From now on it is this draft, and the reading is of its answers. Answers with the draft of before.
  instances::Draft take(instances::Draft draft);

 private:
  OpenForm(const View& view, instances::Drafts& drafts, std::shared_ptr<const forms::App> app,
           instances::OpenedDraft opened);

  const View* view_;
  instances::Drafts* drafts_;
  std::shared_ptr<const forms::App> app_;
  terms::Permit permit_;
  instances::Draft draft_;
  forms::Reading reading_;
};

// What to show in place of a draft that does not open: one that was sent meanwhile leads to its receipt.
[[nodiscard]] Response refused(View& view, const base::Error& error);

// Who came from the overview gets the faults told there at their fields, and the way back to it.
[[nodiscard]] bool from_overview(const View& view);
[[nodiscard]] std::string with_origin(const View& view, std::string address);

}  // namespace alting::portal
