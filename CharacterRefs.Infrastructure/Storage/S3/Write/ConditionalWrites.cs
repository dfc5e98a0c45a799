using CharacterRefs.Infrastructure.Storage.S3.Connection;

namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>
/// What is known of the store's support for <c>If-None-Match: *</c>. Stores differ: some honour it, some reject it, some accept it and overwrite all the
/// same. One for all writes; it learns from them.
/// </summary>
internal sealed class ConditionalWrites(ILogger<ConditionalWrites> logger)
{
    /// <summary>The condition that no object exists at the key.</summary>
    public const string KeyIsFree = "*";

    private volatile Support _support;

    private enum Support
    {
        Unknown,
        Rejected,
        Ignored,
        Honoured,
    }

    /// <summary>The condition to send; <c>null</c> once the store has rejected it.</summary>
    public string? Condition => _support is Support.Rejected ? null : KeyIsFree;

    /// <summary>Whether the store was seen to honour the condition, so that a single-request write needs no HEAD before it.</summary>
    public bool AreHonoured => _support is Support.Honoured;

    /// <summary>Whether no write has shown yet what the store does.</summary>
    public bool AreUnknown => _support is Support.Unknown;

    /// <summary>Records how a conditional write to a key that is taken ended.</summary>
    public void Record(bool isOverwritten) => _support = isOverwritten ? Support.Ignored : Support.Honoured;

    /// <summary>Records that the store rejected the condition; from now on none is sent.</summary>
    public void RecordRejection()
    {
        _support = Support.Rejected;
        logger.ConditionsRejected();
    }
}
