namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>What a <see cref="CatalogSignal"/> is about. The names are sent, so a node of another version may know others.</summary>
public enum CatalogSignalKind
{
    /// <summary>A generation changed; the subject is its id.</summary>
    Generation,

    /// <summary>An image got its row; the subject is its id.</summary>
    Image,

    /// <summary>A call on the files of a job progressed; the subject is a <see cref="Events.JobProgress"/>.</summary>
    Job,

    /// <summary>The provider reported the end of a prediction; the subject is the id of its image.</summary>
    Prediction,

    /// <summary>The shared rate of paid requests was lowered; the subject is the new state.</summary>
    Rate,

    /// <summary>There is work that any node may claim; no subject.</summary>
    Work,

    /// <summary>A node released a pending upload; no subject.</summary>
    Upload,

    /// <summary>A node released a webhook that it had claimed; no subject.</summary>
    Webhook,
}
