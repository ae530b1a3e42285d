"""The closed lists of values: the platform's own here, those of a subject in its module."""

from __future__ import annotations

from fluffydesk.records.enums import (
    analytics,
    booking,
    breeding,
    clinic,
    commerce,
    communication,
    community,
    events,
    farm,
    farm_resources,
    iot,
    livestock,
    lost_found,
    medical,
    organizations,
    payments,
    pets,
    platform,
    reference,
    reviews,
    system,
    users,
)
from fluffydesk.records.enums.platform import (
    AppointmentStatus as AppointmentStatus,
)
from fluffydesk.records.enums.platform import (
    OrgType as OrgType,
)
from fluffydesk.records.enums.platform import (
    PaymentStatus as PaymentStatus,
)
from fluffydesk.records.enums.platform import (
    Role as Role,
)
from fluffydesk.records.enums.platform import (
    Sex as Sex,
)
from fluffydesk.records.enums.platform import (
    State as State,
)
from fluffydesk.records.enums.platform import (
    Status as Status,
)
from fluffydesk.records.enums.platform import (
    UserRole as UserRole,
)

MODULES = (
    platform,
    users,
    pets,
    medical,
    booking,
    communication,
    organizations,
    commerce,
    payments,
    community,
    lost_found,
    breeding,
    livestock,
    farm,
    farm_resources,
    analytics,
    system,
    events,
    reviews,
    reference,
    iot,
    clinic,
)
