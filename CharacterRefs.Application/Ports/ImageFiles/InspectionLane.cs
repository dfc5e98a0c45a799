namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>Where an image waits for its inspection. The lanes share nothing: neither delays the other.</summary>
public enum InspectionLane
{
    /// <summary>Uploads, and files and objects without a record.</summary>
    Others,

    /// <summary>Outputs of models, which are paid.</summary>
    Generated,
}
