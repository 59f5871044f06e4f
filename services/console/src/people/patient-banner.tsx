import { useEffect, useRef } from "react";
import type { Golden } from "../api/types.ts";
import { Tag } from "../nhs/tag.tsx";
import { todayIn } from "../text/dates.ts";
import { bannerOf } from "./banner.ts";

/** Who this is, always in sight. Labels are lighter than values; a person who has died looks different, in words too. */
export function PatientBanner({ golden }: { golden: Golden }) {
  const banner = bannerOf(golden, todayIn(new Date()));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The page that was waiting had the focus and is gone: the keyboard goes on from the patient's name.
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <section className={banner.died ? "banner banner--died" : "banner"} aria-label="Patient">
      <h1 className="banner__name" tabIndex={-1} ref={heading}>
        {banner.name}
      </h1>
      <dl className="banner__facts">
        <Fact label="Born" value={banner.born} />
        {banner.died && <Fact label="Died" value={banner.died} />}
        <Fact label="Gender" value={banner.gender} />
        <div>
          <dt>NHS No.</dt>
          <dd className="nowrap">
            {banner.nhsNumber} {banner.nhsNumberTrust === "unverified" && <Tag colour="yellow">Not verified</Tag>}
            {banner.nhsNumberTrust === "invalid" && <Tag colour="red">Not valid</Tag>}
          </dd>
        </div>
      </dl>
      <dl className="banner__more">
        <Fact label="Address" value={golden.addresses?.text ?? "Not Known"} />
        <Fact label="Phone and email" value={golden.telecoms?.text ?? "Not Known"} />
        <Fact label="GP practice" value={golden.generalPractice?.text ?? "Not Known"} />
      </dl>
    </section>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
