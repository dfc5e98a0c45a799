using System.Diagnostics.CodeAnalysis;

namespace CharacterRefs.Application.Results;

/// <summary>A value or an error.</summary>
public sealed class Result<T>
{
    private Result(T? value, Error? error)
    {
        Value = value;
        Error = error;
    }

    /// <summary>The value; set exactly when <see cref="Error"/> is <c>null</c>.</summary>
    public T? Value { get; }

    /// <summary>The error; <c>null</c> on success.</summary>
    public Error? Error { get; }

    /// <summary>Gets the value, or the error when there is none.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Error? error)
    {
        (value, error) = (Value, Error);
        return error is null;
    }

    /// <summary>Maps either case.</summary>
    public TOut Match<TOut>(Func<T, TOut> ok, Func<Error, TOut> failed) => Error is null ? ok(Value!) : failed(Error);

    /// <summary>A value is a success.</summary>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Returning a value or an error is the whole use of the type.")]
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>An error is a failure.</summary>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Returning a value or an error is the whole use of the type.")]
    public static implicit operator Result<T>(Error error) => new(default, error);
}
