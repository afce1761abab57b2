// For tests: the notice of a breach, whose form has a short way and a long one, filled in the short way.
#pragma once
#include <string>

#include "portal/testing/filled_portal.h"

namespace alting::portal::testing {

class NoticePortal : public FilledPortal {
 protected:
  NoticePortal() { guidance = {"dat", "avviksmelding"}; }

  instances::Draft draft_of(const terms::InstanceId& id) {
    return instances::testing::expect(instances->drafts.open(permit(manager, instances::testing::Action::read, id)));
  }
  // The day of `ago` before now, as a page posts it.
  std::string day(base::Duration ago) { return base::to_date_oslo(registers.clock.now() - ago); }
  // What the short way asks for. They became aware of it at noon two days ago.
  forms::NamesAndTexts short_answers() {
    return {{"avslutning.gradert", "nei"},          {"tid.kjennskap.date", day(base::Duration::days(2))},
            {"tid.kjennskap.time", "12:00"},        {"beskrivelse.hva", "En e-post gikk til feil mottaker."},
            {"kontakt.melder.telefon", "22334455"}, {"virksomhet.rolle", "behandlingsansvarlig"},
            {"melding.resten", "bekreftet"},        {"avslutning.erklaering", "bekreftet"}};
  }
  // A notice that is sent, with much that was said to come later.
  terms::InstanceId sent_notice() {
    const auto id = begin({}, "kort");
    const auto saved = save(manager, id, short_answers());
    (void)send(id, saved.draft.version, post());
    return id;
  }
};

}  // namespace alting::portal::testing
