import type { MessageTree, TreeField, TreeSegment } from "../api/types.ts";
import { fieldRows, runInWords } from "./tree-fields.ts";

/** The message as it was read: each segment with its fields by number and name, empty and deleted ones told apart. */
export function TreeView({ tree }: { tree: MessageTree }) {
  return (
    <div className="tree">
      {tree.segments.map((segment) => (
        <Segment key={`${segment.id}-${segment.index}`} segment={segment} />
      ))}
      {tree.truncated && <p className="quiet">The message is longer than what is shown here.</p>}
    </div>
  );
}

function Segment({ segment }: { segment: TreeSegment }) {
  return (
    <table className="tree__segment">
      <caption>
        <strong className="mono">{segment.id}</strong> {segment.name}
      </caption>
      <thead className="nhsuk-u-visually-hidden">
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {fieldRows(segment.fields).map((row) =>
          row.kind === "empty" ? (
            <tr key={row.first} className="tree__empty">
              <th scope="row">
                <span className="tree__number">
                  {segment.id}-{runInWords(row.first, row.last)}
                </span>
              </th>
              <td>empty</td>
            </tr>
          ) : (
            <tr key={row.field.number}>
              <th scope="row">
                <span className="tree__number">
                  {segment.id}-{row.field.number}
                </span>{" "}
                {row.field.name}
              </th>
              <td>
                <FieldValue field={row.field} />
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}

function FieldValue({ field }: { field: TreeField }) {
  if (field.state === "null") {
    return (
      <>
        <code>""</code> <span className="quiet-inline">the sender deletes this value</span>
      </>
    );
  }
  return field.repetitions.map((repetition, number) => {
    const { components } = repetition;
    const only = components.length <= 1 && (components[0]?.subcomponents.length ?? 0) <= 1;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the repetitions of one message never move.
      <div key={number} className="tree__repetition">
        {only
          ? repetition.text
          : components.map((component, index) =>
              component.text === "" && component.state !== "null" ? null : (
                // biome-ignore lint/suspicious/noArrayIndexKey: nor do its components.
                <span key={index} className="tree__component">
                  <span className="tree__index">{index + 1}</span>
                  {component.state === "null" ? (
                    <code>""</code>
                  ) : component.subcomponents.length > 1 ? (
                    component.subcomponents.join(" & ")
                  ) : (
                    component.text
                  )}
                </span>
              ),
            )}
      </div>
    );
  });
}
