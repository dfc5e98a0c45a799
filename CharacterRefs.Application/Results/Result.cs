using System.Diagnostics.CodeAnalysis;

namespace CharacterRefs.Application.Results;

/// <summary>A value, or the reason why there is none.</summary>
public sealed class Result<T>
{
    private Result(T? value, Error? error)
    {
        Value = value;
        Error = error;
    }

    /// <summary>The value; set exactly when <see cref="Error"/> is <c>null</c>.</summary>
    public T? Value { get; }

    /// <summary>The reason; <c>null</c> when it worked.</summary>
    public Error? Error { get; }

    /// <summary>Takes the value when there is one, otherwise the error.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Error? error)
    {
        (value, error) = (Value, Error);
        return error is null;
    }

    /// <summary>Folds both cases into one type.</summary>
    public TOut Match<TOut>(Func<T, TOut> ok, Func<Error, TOut> refused) => Error is null ? ok(Value!) : refused(Error);

    /// <summary>A value is a success.</summary>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Returning a value or an error is the whole use of the type.")]
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>An error is a refusal.</summary>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "Returning a value or an error is the whole use of the type.")]
    public static implicit operator Result<T>(Error error) => new(default, error);
}
