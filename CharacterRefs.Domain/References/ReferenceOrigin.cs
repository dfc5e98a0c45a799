namespace CharacterRefs.Domain.References;

/// <summary>How an image came to be in the catalog.</summary>
public enum ReferenceOrigin
{
    /// <summary>Drawn by a model on request.</summary>
    Generated,

    /// <summary>Sent by a client.</summary>
    Uploaded,

    /// <summary>Found in storage without a row, and taken in.</summary>
    Adopted,
}
