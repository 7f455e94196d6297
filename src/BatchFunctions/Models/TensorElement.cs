using System.Runtime.InteropServices;
using BatchFunctions.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace BatchFunctions.Models;

/// <summary>The element types of tensors and the columns that they correspond to.</summary>
internal static class TensorElement
{
    public static DataType? ToDataType(TensorElementType type) => type switch
    {
        TensorElementType.Float => DataType.Float32,
        TensorElementType.Double => DataType.Float64,
        TensorElementType.Int64 => DataType.Int64,
        TensorElementType.Int32 => DataType.Int32,
        TensorElementType.Bool => DataType.Bool,
        TensorElementType.String => DataType.String,
        _ => null,
    };

    public static TensorElementType ToElementType(DataType type) => type switch
    {
        DataType.Float32 => TensorElementType.Float,
        DataType.Float64 => TensorElementType.Double,
        DataType.Int64 => TensorElementType.Int64,
        DataType.Int32 => TensorElementType.Int32,
        DataType.Bool => TensorElementType.Bool,
        DataType.String => TensorElementType.String,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "There is no tensor of this type."),
    };

    /// <summary>A tensor over the start of <paramref name="pinned"/>, which must be on the pinned heap and outlive it.</summary>
    public static OrtValue Over<T>(T[] pinned, DataType type, long[] shape)
        where T : unmanaged
    {
        long elements = 1;
        foreach (long dimension in shape)
            elements *= dimension;
        unsafe
        {
            return OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, ToElementType(type), shape, Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0), elements * sizeof(T));
        }
    }
}
